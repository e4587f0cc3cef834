import {hostPort} from '../ip/index.ts';
import type {MatrixRow, RouteMatrix} from '../model/index.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {type Cell, type Column, table} from './table.ts';
import {wrap} from './wrap.ts';

interface MatrixStyle {
  readonly width: number;
  readonly color: boolean;
}

/** Nodes against endpoints, one table per way in: the share of each, or that the node drops or refuses, and why. */
export function renderMatrices(matrices: readonly RouteMatrix[], style: MatrixStyle): string {
  if (matrices.length === 0) return 'no path that a node decides on: the name gives the endpoints themselves';
  return matrices.map((matrix) => renderMatrix(matrix, style)).join('\n\n');
}

function renderMatrix(matrix: RouteMatrix, style: MatrixStyle): string {
  const paint = paintOf(style.color);
  const from = matrix.via === 'clusterip' ? 'from inside, by node' : 'from outside, by the node that is entered';
  const where = matrix.address === null ? `port ${matrix.port}` : hostPort(matrix.address, matrix.port ?? 0);
  const family = matrix.via === 'nodeport' && matrix.ipFamily === 'IPv6' ? ' IPv6' : '';
  const title = `${paint.strong(plainText(matrix.via))} ${plainText(where)}${family}${matrix.portName ? ` (${plainText(matrix.portName)})` : ''}`;
  return [`${title}  ${from}`, ...tables(matrix, paint, style), ...holeLines(matrix, style)].join('\n');
}

/** As many endpoints beside each other as the width takes, the others in further tables below. */
function tables(matrix: RouteMatrix, paint: Paint, style: MatrixStyle): readonly string[] {
  if (matrix.columns.length === 0) return matrix.rows.map((row) => `  ${plainText(row.node)}  ${paint.bad(row.verdict)}`);
  const nodeWidth = Math.max(4, ...matrix.rows.map((row) => row.node.length));
  const heads = matrix.columns.map((column) => plainText(column.pod ?? hostPort(column.address, column.port)));
  const blocks: number[][] = [[]];
  let room = style.width - nodeWidth - 2;
  for (const [index, head] of heads.entries()) {
    const needed = Math.max(head.length, 7) + 2;
    const block = blocks.at(-1) as number[];
    if (block.length > 0 && needed > room) {
      blocks.push([index]);
      room = style.width - nodeWidth - 2 - needed;
    } else {
      block.push(index);
      room -= needed;
    }
  }
  return blocks.map((block) => {
    const columns: Column[] = [{head: 'NODE'}, ...block.map((index) => ({head: heads[index] ?? '', align: 'right' as const}))];
    const body = matrix.rows.map((row) => [row.node, ...cells(row, block, paint)]);
    return indented(table(columns, body, {width: style.width - 2}));
  });
}

function cells(row: MatrixRow, block: readonly number[], paint: Paint): readonly Cell[] {
  if (row.verdict !== 'forward') return block.map((_, index) => ({painted: index === 0 ? paint.bad(row.verdict) : ''}));
  return block.map((index) => {
    const share = row.probabilities[index] ?? 0;
    return share === 0 ? '.' : `${(share * 100).toFixed(1)} %`;
  });
}

/** Why nodes let nothing through, each reason once. */
function holeLines(matrix: RouteMatrix, style: MatrixStyle): readonly string[] {
  const holes = Map.groupBy(
    matrix.rows.filter((row) => row.verdict !== 'forward'),
    (row) => `${row.verdict}: ${row.reason}`,
  );
  return [...holes].map(([why, rows]) => wrap(plainText(`${rows.map((row) => row.node).join(', ')} ${why}`), style.width, '  '));
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
