/** One cost over sizes. */
export interface Curve {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly {readonly x: number; readonly y: number}[];
}

const [WIDTH, HEIGHT] = [300, 190];
const MARGIN = {left: 58, right: 26, top: 34, bottom: 34};
const COLUMNS = 3;

/** Small charts beside each other, each with axes from nothing, so that a straight line through the corner is a cost in proportion. */
export function plotCurves(heading: string, xLabel: string, curves: readonly Curve[]): string {
  const rows = Math.ceil(curves.length / COLUMNS);
  const [width, height] = [COLUMNS * WIDTH, rows * HEIGHT + 24];
  const charts = curves.map(
    (curve, index) =>
      `<g transform="translate(${(index % COLUMNS) * WIDTH} ${24 + Math.floor(index / COLUMNS) * HEIGHT})">${chart(curve, xLabel)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="11">
<title>${heading}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="18" font-size="13" font-weight="600" fill="#222">${heading}</text>
${charts.join('\n')}
</svg>
`;
}

function chart({title, unit, points}: Curve, xLabel: string): string {
  const [inner, tall] = [WIDTH - MARGIN.left - MARGIN.right, HEIGHT - MARGIN.top - MARGIN.bottom];
  const [maxX, maxY] = [Math.max(...points.map(({x}) => x)), roundUp(Math.max(...points.map(({y}) => y)))];
  const place = ({x, y}: {x: number; y: number}): readonly [string, string] => [
    (MARGIN.left + (x / maxX) * inner).toFixed(1),
    (MARGIN.top + (1 - y / maxY) * tall).toFixed(1),
  ];
  const line = points.map((point) => place(point).join(',')).join(' ');
  const dots = points.map((point) => {
    const [x, y] = place(point);
    return `<circle cx="${x}" cy="${y}" r="3" fill="#0b61a4"><title>${number(point.x)}: ${number(point.y)} ${unit}</title></circle>`;
  });
  const grid = [0, 0.5, 1].map((share) => {
    const y = MARGIN.top + (1 - share) * tall;
    return `<line x1="${MARGIN.left}" x2="${MARGIN.left + inner}" y1="${y}" y2="${y}" stroke="#ddd"/><text x="${MARGIN.left - 6}" y="${y + 4}" text-anchor="end" fill="#555">${number(share * maxY)}</text>`;
  });
  const ticks = points.map(({x}) => {
    const [at] = place({x, y: 0});
    return `<text x="${at}" y="${MARGIN.top + tall + 15}" text-anchor="middle" fill="#555">${number(x)}</text>`;
  });
  const foot = `<text x="${MARGIN.left + inner / 2}" y="${HEIGHT - 4}" text-anchor="middle" fill="#555">${xLabel}</text>`;
  const head = `<text x="${MARGIN.left - 40}" y="${MARGIN.top - 12}" fill="#222">${title} (${unit})</text>`;
  return `${head}${grid.join('')}${ticks.join('')}${foot}<polyline points="${line}" fill="none" stroke="#0b61a4" stroke-width="2"/>${dots.join('')}`;
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return power * ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10);
}

function number(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}
