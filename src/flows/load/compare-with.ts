import {readFile} from 'node:fs/promises';
import {KiadaError} from '../../errors.ts';
import type {LoadComparison, LoadResult} from '../../model/index.ts';

/** The result of an earlier run, as `-o json` wrote it. Throws NOT_FOUND or USAGE. */
export async function readEarlier(file: string): Promise<LoadResult> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KiadaError('NOT_FOUND', `cannot read ${file}`, {hint: 'Write one with: kiada load … -o json > FILE', cause});
  });
  const result = parsed(text);
  if (!isLoadResult(result))
    throw new KiadaError('USAGE', `${file} is no result of kiada load`, {hint: 'Write one with: kiada load … -o json > FILE'});
  return result;
}

/** The result beside an earlier one. */
export async function comparisonOf(file: string, before: LoadResult, after: Omit<LoadResult, 'comparison'>): Promise<LoadComparison> {
  const {compareLoads} = await import('../../load/index.ts');
  const keys = Object.keys(after.plan) as (keyof LoadResult['plan'])[];
  const planDifferences = keys
    .filter((key) => (before.plan[key] ?? null) !== (after.plan[key] ?? null)) // an older result lacks what came later
    .map((key) => `${key}: ${before.plan[key] ?? 'none'} then, ${after.plan[key] ?? 'none'} now`);
  return {with: file, rows: compareLoads(before, after), planDifferences};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // said by the caller, who knows the file
  }
}

/** As far as the comparison reads it. */
function isLoadResult(value: unknown): value is LoadResult {
  const result = value as Partial<LoadResult> | null;
  return (
    typeof result === 'object' &&
    result !== null &&
    typeof result.plan === 'object' &&
    Array.isArray(result.runs) &&
    result.runs.every(
      (run) => Array.isArray(run?.timeline) && typeof run?.latencyIntervals === 'object' && typeof run?.latencyMs === 'object',
    )
  );
}
