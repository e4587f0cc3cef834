import {type Goal, isMet, type Row} from './row.ts';

/** Cells of a row as text. */
export function cells(row: Row): readonly string[] {
  const met = isMet(row);
  return [
    row.what,
    row.ours === null ? '-' : figure(row.ours, row.unit),
    row.peer === null ? '-' : `${row.peer.value === null ? '-' : figure(row.peer.value, row.unit)} (${row.peer.name})`,
    row.ratio === null ? '-' : `${round(row.ratio.median)} (${round(row.ratio.low)} to ${round(row.ratio.high)})`,
    row.goal === null ? '-' : goalText(row.goal, row.unit),
    met === null ? '-' : met ? 'met' : 'MISSED',
    row.note,
  ];
}

export const HEAD = ['what', 'kiada', 'peer', 'ratio (spread)', 'goal', '', 'note'] as const;

export function plainTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(rows: readonly Row[]): string {
  const line = (parts: readonly string[]): string => `| ${parts.map((part) => part.replaceAll('|', '\\|')).join(' | ')} |`;
  const marked = rows.map((row) => cells(row).map((cell) => (cell === 'MISSED' ? '**missed**' : cell)));
  return [line(HEAD), line(HEAD.map(() => '---')), ...marked.map(line)].join('\n');
}

function goalText({at, value, of}: Goal, unit: string): string {
  return `at ${at} ${of === 'ratio' ? `${round(value)} ×` : figure(value, unit)}`;
}

function figure(value: number, unit: string): string {
  const text = Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  return `${text} ${unit}`.trim();
}

function round(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
