/**
 * Paths of keys that stand twice in one object of a JSON text, as `JSON.parse` does not tell them. The text must be valid JSON.
 * One pass without recursion, so that depth costs nothing.
 */
export function findDuplicateFields(json: string): string[] {
  const duplicates: string[] = [];
  const levels: Level[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    const level = levels.at(-1);
    if (character === '{') levels.push({keys: new Set(), key: null, index: 0});
    else if (character === '[') levels.push({keys: null, key: null, index: 0});
    else if (character === '}' || character === ']') levels.pop();
    else if (character === ',' && level !== undefined) nextEntry(level);
    else if (character === '"') {
      const end = endOfString(json, at);
      if (level?.keys != null && level.key === null) noteKey(JSON.parse(json.slice(at, end + 1)) as string, level, levels, duplicates);
      at = end;
    }
  }
  return duplicates;
}

/** An object (with its keys so far) or a list (without) that is open at this point of the text. */
interface Level {
  readonly keys: Set<string> | null;
  key: string | null;
  index: number;
}

function nextEntry(level: Level): void {
  level.key = null;
  level.index++;
}

function noteKey(key: string, level: Level, levels: readonly Level[], duplicates: string[]): void {
  level.key = key;
  if (level.keys?.has(key)) {
    const path = pathOf(levels);
    if (!duplicates.includes(path)) duplicates.push(path);
  }
  level.keys?.add(key);
}

function pathOf(levels: readonly Level[]): string {
  return levels.reduce(
    (path, level) => (level.keys === null ? `${path}[${level.index}]` : `${path}${path === '' ? '' : '.'}${level.key}`),
    '',
  );
}

function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '\\') at++;
    else if (json[at] === '"') return at;
  }
  return json.length;
}
