/** One directive of an nginx configuration, as it is written. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** Directives between braces; null where it ends with a semicolon. */
  readonly block: readonly Directive[] | null;
  readonly file: string;
  readonly line: number;
}

/** What nginx says at start-up about a configuration that it cannot use. */
export class ConfigError extends Error {
  constructor(message: string, place?: {readonly file: string; readonly line: number}) {
    super(place ? `${message} in ${place.file}:${place.line}` : message);
    this.name = 'ConfigError';
  }
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

/** Reads the text of a configuration file into directives. Throws ConfigError. */
export function parseConfig(text: string, file: string): readonly Directive[] {
  const tokens = tokenize(text, file);
  let at = 0;
  const lastLine = text.split('\n').length;

  const readBlock = (inside: boolean): Directive[] => {
    const directives: Directive[] = [];
    for (;;) {
      const token = tokens[at];
      if (token === undefined) {
        if (inside) throw new ConfigError('unexpected end of file, expecting "}"', {file, line: lastLine});
        return directives;
      }
      if (isMark(token, '}')) {
        if (!inside) throw new ConfigError('unexpected "}"', {file, line: token.line});
        at += 1;
        return directives;
      }
      directives.push(readDirective(token));
    }
  };
  const readDirective = (first: Token): Directive => {
    if (isMark(first, ';') || isMark(first, '{')) throw new ConfigError(`unexpected "${first.text}"`, {file, line: first.line});
    const args: string[] = [];
    for (at += 1; ; at += 1) {
      const token = tokens[at];
      if (token === undefined) throw new ConfigError('unexpected end of file, expecting ";" or "}"', {file, line: lastLine});
      if (isMark(token, '}')) throw new ConfigError('unexpected "}"', {file, line: token.line});
      if (isMark(token, ';') || isMark(token, '{')) {
        at += 1;
        const block = token.text === '{' ? readBlock(true) : null;
        return {name: first.text, args, block, file, line: first.line};
      }
      args.push(token.text);
    }
  };
  return readBlock(false);
}

function isMark(token: Token, mark: string): boolean {
  return !token.quoted && token.text === mark;
}

function tokenize(text: string, file: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\n|[ \t\r]+|#[^\n]*|[;}]|\{|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|(?:\\[\s\S]|\$\{[^}]*\}|[^\s;{}"'\\]|(?<=[^\s;{}])["'])+/g;
  let line = 1;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index !== end) break; // a quote that is not closed
    const [whole] = match;
    end = match.index + whole.length;
    const quoted = match[1] ?? match[2];
    if (whole.trim() !== '' && !whole.startsWith('#')) {
      tokens.push({text: quoted === undefined ? whole : unescapeText(quoted), quoted: quoted !== undefined, line});
    }
    line += whole.split('\n').length - 1;
  }
  if (end !== text.length) throw new ConfigError('unexpected end of file, expecting ";" or "}"', {file, line});
  return tokens;
}

function unescapeText(text: string): string {
  const names: Record<string, string> = {n: '\n', t: '\t', r: '\r'};
  return text.replace(/\\([\s\S])/g, (whole, character: string) => names[character] ?? (/["'\\]/.test(character) ? character : whole));
}
