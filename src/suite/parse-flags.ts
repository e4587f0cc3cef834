/** What a program was called with, or a sentence that says what is wrong with it. */
export type Flags<Name extends string> = {readonly values: Readonly<Record<Name, string>>} | {readonly problem: string};

/** Reads `--name value` and `--name=value`; every flag has a default, and nothing else may be there. */
export function parseFlags<Name extends string>(args: readonly string[], defaults: Readonly<Record<Name, string>>): Flags<Name> {
  const values: Record<Name, string> = {...defaults};
  const rest = [...args];
  while (rest.length > 0) {
    const [flag = '', ...inline] = (rest.shift() ?? '').split('=');
    const name = flag.slice(2);
    if (!flag.startsWith('--') || !isFlagOf(defaults, name)) return {problem: `unknown argument: ${flag}`};
    const value = inline.length > 0 ? inline.join('=') : rest.shift();
    if (value === undefined) return {problem: `flag needs an argument: ${flag}`};
    values[name] = value;
  }
  return {values};
}

function isFlagOf<Name extends string>(defaults: Readonly<Record<Name, string>>, name: string): name is Name {
  return Object.hasOwn(defaults, name);
}

/** A TCP port, or null. */
export function parsePort(text: string): number | null {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : null;
}
