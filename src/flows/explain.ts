import {KiadaError} from '../errors.ts';
import type {ExplainResult} from '../model/index.ts';
import {nearest} from './nearest.ts';

/** What the catalogue says about a code or name, or about all. Throws FINDING_CODE_UNKNOWN with the nearest code. */
export async function explain(code: string | undefined): Promise<ExplainResult> {
  const {codes, explainCode} = await import('../findings/index.ts');
  const all = codes().flatMap((one) => explainCode(one) ?? []);
  if (code === undefined) return {codes: all};
  const found = explainCode(code) ?? all.find(({name}) => name.toLowerCase() === code.toLowerCase());
  return {codes: [found ?? unknownCode(code, codes())]};
}

/** Throws FINDING_CODE_UNKNOWN, with the nearest code. */
export function unknownCode(code: string, known: readonly string[]): never {
  const near = nearest(code.toUpperCase(), known);
  const hint = near === null ? {} : {hint: `Did you mean ${near}? All are listed with: kiada explain`};
  throw new KiadaError('FINDING_CODE_UNKNOWN', `there is no finding "${code}"`, hint);
}
