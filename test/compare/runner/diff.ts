/** The lines that only one side has, in their order; lines that both have are the longest common sequence. */
export interface LineDifference {
  readonly genuine: readonly string[];
  readonly sandbox: readonly string[];
}

/** What differs between two texts, line by line; null where nothing does. */
export function differenceOf(genuine: string, sandbox: string): LineDifference | null {
  if (genuine === sandbox) return null;
  const left = genuine.split('\n');
  const right = sandbox.split('\n');
  const common = commonLengths(left, right);
  const only = {genuine: [] as string[], sandbox: [] as string[]};
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      i++;
      j++;
    } else if (j >= right.length || (i < left.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
      only.genuine.push(left[i++] ?? '');
    } else only.sandbox.push(right[j++] ?? '');
  }
  return only;
}

/** `common[i][j]`: how long the longest common sequence of the lines from i and from j on is. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const common = Array.from({length: left.length + 1}, () => new Array<number>(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const row = common[i] as number[];
      row[j] = left[i] === right[j] ? (common[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(common[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return common;
}
