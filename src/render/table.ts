import {stripVTControlCharacters} from 'node:util';
import Table from 'cli-table3';
import {plainText} from './safe-text.ts';

/** A cell: text from anywhere (made safe here), or text that is painted already. */
export type Cell = string | number | null | {readonly painted: string};

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Dropped first on a narrow terminal: the higher, the earlier. */
  readonly drop?: number;
}

const BORDERLESS = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((edge) => [edge, edge === 'middle' ? '  ' : '']),
);

/** Columns of text as kubectl prints them; on a terminal that is too narrow the columns marked for it are left out. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: {readonly width: number; readonly head?: boolean},
): string {
  const texts = rows.map((row) => row.map(cellText));
  const kept = fitting(columns, texts, options.width);
  const grid = new Table({
    chars: BORDERLESS,
    style: {'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true},
    colAligns: kept.map((index) => columns[index]?.align ?? 'left'),
    wordWrap: false,
  });
  if (options.head !== false) grid.push(kept.map((index) => columns[index]?.head ?? ''));
  for (const row of texts) grid.push(kept.map((index) => row[index] ?? ''));
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function cellText(cell: Cell): string {
  if (cell === null) return '-';
  if (typeof cell === 'object') return cell.painted;
  return plainText(String(cell)) || '-';
}

function fitting(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): readonly number[] {
  let kept = columns.map((_, index) => index);
  const widthOf = (index: number) =>
    Math.max(columns[index]?.head.length ?? 0, ...rows.map((row) => stripVTControlCharacters(row[index] ?? '').length));
  const widths = columns.map((_, index) => widthOf(index));
  const total = () => kept.reduce((sum, index) => sum + (widths[index] ?? 0) + 2, -2);
  while (total() > width) {
    const candidates = kept.filter((index) => columns[index]?.drop !== undefined);
    if (candidates.length === 0) break;
    const first = candidates.reduce((a, b) => ((columns[b]?.drop ?? 0) > (columns[a]?.drop ?? 0) ? b : a));
    kept = kept.filter((index) => index !== first);
  }
  return kept;
}
