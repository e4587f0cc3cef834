import type {NamespacedName} from '../model/index.ts';

// Wording that findings share: commands to paste, counts, short lists.

/** The most names that one line of evidence lists. */
const MOST_NAMES = 5;
/** The most lines of evidence about objects of one sort. */
const MOST_LINES = 6;

/** `3 pods`, `1 pod`. */
export function count(number: number, noun: string): string {
  if (number === 1) return `1 ${noun}`;
  return `${number} ${/(s|x|ss)$/.test(noun) ? `${noun}es` : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** Names in a row; a cut list says how many it leaves out. */
export function names(list: readonly string[]): string {
  const shown = list.slice(0, MOST_NAMES).join(', ');
  return list.length > MOST_NAMES ? `${shown} and ${list.length - MOST_NAMES} more` : shown;
}

/** Lines of evidence; a cut list says how many it leaves out. */
export function lines(list: readonly string[]): readonly string[] {
  return list.length <= MOST_LINES ? list : [...list.slice(0, MOST_LINES), `and ${list.length - MOST_LINES} more`];
}

/** `app=quote,rel=stable`. */
export function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** A word for a POSIX shell, quoted where it must be. */
export function shell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `kubectl -n NAMESPACE …`. */
export function kubectl(namespace: string, ...words: readonly string[]): string {
  return ['kubectl', ...(namespace === '' ? [] : ['-n', namespace]), ...words].map(shell).join(' ');
}

/** A command that merges a patch into a Service. */
export function patchService({namespace, name}: NamespacedName, patch: unknown): string {
  return kubectl(namespace, 'patch', 'service', name, '--type=merge', '-p', JSON.stringify(patch));
}

/** A command that replaces one value of a Service. */
export function replaceInService({namespace, name}: NamespacedName, path: string, value: unknown): string {
  return kubectl(namespace, 'patch', 'service', name, '--type=json', '-p', JSON.stringify([{op: 'replace', path, value}]));
}

/** `http (80)`, `80`. */
export function portName(port: {readonly name: string; readonly port: number}): string {
  return port.name === '' ? `${port.port}` : `${port.name} (${port.port})`;
}

/** A span of time in the two largest units: `9 min`, `2 h 5 min`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
