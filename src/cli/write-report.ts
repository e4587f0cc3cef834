import {writeFile} from 'node:fs/promises';
import {KiadaError} from '../errors.ts';
import type {LoadResult} from '../model/index.ts';

/** Writes the page of a load result. Throws USAGE for a file that cannot be written. */
export async function writeReport(file: string, result: LoadResult): Promise<void> {
  const {renderReport} = await import('../render/report/index.ts');
  try {
    await writeFile(file, renderReport(result));
  } catch (cause) {
    throw new KiadaError('USAGE', `cannot write the report to ${file}`, {hint: 'Name a file in a folder that is there.', cause});
  }
}
