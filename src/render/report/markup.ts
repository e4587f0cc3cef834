import {plainText} from '../safe-text.ts';

/** Text from anywhere as text of the page: nothing in it is markup. */
export function escapeText(text: string): string {
  return plainText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** One SVG element; numbers are cut to a tenth of a pixel. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ''): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? Math.round(value * 10) / 10 : escapeText(value)}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Readonly<Record<string, string | number>> = {}): string {
  return element('text', {x, y, ...attributes}, escapeText(content));
}

/** A table; the first row is its head. Columns whose cells all are numbers or units are set right by `numeric`. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[], numeric: readonly number[] = []): string {
  const cell = (tag: string, value: string, index: number): string =>
    `<${tag}${numeric.includes(index) ? ' class="number"' : ''}>${escapeText(value)}</${tag}>`;
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((value, index) => cell(tag, value, index)).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${line('th', head)}</thead><tbody>${rows.map((row) => line('td', row)).join('')}</tbody></table></div>`;
}
