import {KiadaError} from '../errors.ts';
import type {ExplainResult} from '../model/index.ts';
import {nearest} from './nearest.ts';

/** What the catalogue says about a code, or about all. Throws FINDING_CODE_UNKNOWN with the nearest code. */
export async function explain(code: string | undefined): Promise<ExplainResult> {
  const {codes, explainCode} = await import('../findings/index.ts');
  const wanted = code === undefined ? codes() : [code];
  return {codes: wanted.map((one) => explainCode(one) ?? unknownCode(one, codes()))};
}

function unknownCode(code: string, known: readonly string[]): never {
  const near = nearest(code.toUpperCase(), known);
  const hint = near === null ? {} : {hint: `Did you mean ${near}? All are listed with: kiada explain`};
  throw new KiadaError('FINDING_CODE_UNKNOWN', `there is no finding "${code}"`, hint);
}
