/**
 * YAML as kubectl and clouds write kubeconfigs: maps and lists in blocks, each value a plain word or a simple quoted one, on one line. The
 * library takes 20 ms and more to read its first document, which is a third of a shell's completion. null for whatever has anything else
 * in it: that is the library's.
 */
export function parsePlainYaml(text: string): unknown {
  const lines: Line[] = [];
  let begun = false;
  for (const raw of text.split('\n')) {
    if (raw === '' || raw === '---') {
      if (raw === '---' && begun) return null; // a further document, also where the one before is empty
      begun ||= raw === '---';
      continue;
    }
    begun = true;
    const [, dashes = '', key = '', value] = LINE.exec(raw) ?? [];
    if (key === '' || value === undefined) return null;
    const read = value === '' ? OPEN : scalarOf(value.trimStart());
    if (read === null) return null;
    const indent = dashes.length - (dashes.endsWith('- ') ? 2 : 0);
    lines.push({indent, item: dashes.endsWith('- '), key, value: read});
  }
  const reader = new Reader(lines);
  const found = lines.length === 0 || lines[0]?.indent !== 0 ? null : reader.block(0);
  return reader.isAtEnd() ? found : null;
}

interface Line {
  /** Columns before the key, or before the dash of an item. */
  readonly indent: number;
  readonly item: boolean;
  readonly key: string;
  readonly value: Scalar | typeof OPEN;
}

type Scalar = string | boolean | readonly never[] | Readonly<Record<string, never>>;

/** A key whose value stands in the lines below. */
const OPEN = Symbol('open');
const LINE = /^((?: {2})*(?:- )?)([A-Za-z][\w.-]*):((?: +\S.*)?)$/;

/** What every reader of YAML takes for text: neither a number, a date, a boolean nor null, and none of YAML's own marks. */
const PLAIN = /^[A-Za-z/][\w./@:+=-]*$/;
const NO_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const QUOTED = /^"([^"\\]*)"$|^'([^']*)'$/;

function scalarOf(text: string): Scalar | null {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === '{}') return {};
  if (text === '[]') return [];
  const quoted = QUOTED.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? '';
  return PLAIN.test(text) && !NO_TEXT.test(text) && !text.endsWith(':') ? text : null;
}

class Reader {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  isAtEnd(): boolean {
    return this.#at === this.#lines.length;
  }

  /** A map, or a list where the line is an item, whose lines begin in this column. null where the text is not that plain. */
  block(indent: number): unknown {
    return this.#lines[this.#at]?.item ? this.#list(indent) : this.#map(indent);
  }

  #list(indent: number): unknown {
    const items: unknown[] = [];
    for (let line = this.#lines[this.#at]; line?.item && line.indent === indent; line = this.#lines[this.#at]) {
      const item = this.#map(indent + 2, line);
      if (item === null) return null;
      items.push(item);
    }
    return items;
  }

  /** `first` stands behind a dash, in the column of the others. */
  #map(indent: number, first?: Line): unknown {
    const map: Record<string, unknown> = {};
    for (let line = first ?? this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      const isOwn = line === first || (line.indent === indent && !line.item);
      if (!isOwn) break;
      if (Object.hasOwn(map, line.key) || line.key === '__proto__') return null;
      this.#at++;
      const value = line.value === OPEN ? this.#below(indent) : line.value;
      if (value === undefined) return null;
      map[line.key] = value;
    }
    return map;
  }

  /** The value of a key without one on its line; undefined where it is not plain. Items may stand in the column of their key. */
  #below(indent: number): unknown {
    const next = this.#lines[this.#at];
    const deeper = next !== undefined && next.indent > indent;
    const items = next?.item === true && next.indent === indent;
    if (!deeper && !items) return null;
    const found = this.block((next as Line).indent);
    return found === null ? undefined : found;
  }
}
