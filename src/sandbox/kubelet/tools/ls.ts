import type {ContainerFiles} from '../files/container-files.ts';
import type {TreeEntry} from '../files/file-tree.ts';
import type {ProcessContext} from '../process/process.ts';
import type {ShellHost} from '../shell/shell-host.ts';

interface Listed extends TreeEntry {
  readonly name: string;
}

/** ls: -a -A -l -1 -d -R -t -S -r -h -F; in columns at a terminal. */
export function ls(context: ProcessContext, host: ShellHost): number {
  const args = context.args.slice(1);
  const flags = args.filter((arg) => /^-[a-zA-Z1]/.test(arg)).join('');
  const names = args.filter((arg) => !arg.startsWith('-'));
  const {files} = host;
  const entries = (names.length > 0 ? names : ['.']).map((name) => ({
    name,
    path: name.startsWith('/') ? name : `${context.workingDir}/${name}`,
  }));
  const found = entries.filter(({path}) => exists(files, path));
  for (const {name} of entries.filter((entry) => !found.includes(entry))) context.stderr(`ls: ${name}: No such file or directory\n`);
  const isFolder = (path: string) => !flags.includes('d') && files.exists(path) && files.stat(path).type === 'directory';
  const single = found.filter(({path}) => !isFolder(path)).map(({name, path}) => ({...files.lstat(path), name}));
  context.stdout(format(sorted(single, flags), flags, context.tty));
  const folders = found.filter(({path}) => isFolder(path));
  for (const [index, {name, path}] of folders.entries()) {
    if (index > 0 || single.length > 0) context.stdout('\n');
    listFolder(name, path, entries.length > 1 || flags.includes('R'), flags, files, context);
  }
  return found.length === entries.length ? 0 : 1;
}

/** A link that leads nowhere exists too. */
function exists(files: ContainerFiles, path: string): boolean {
  if (files.exists(path)) return true;
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, slash) || '/';
  return files.exists(folder) && files.stat(folder).type === 'directory' && files.list(folder).includes(path.slice(slash + 1));
}

function listFolder(name: string, path: string, titled: boolean, flags: string, files: ContainerFiles, context: ProcessContext): void {
  const all = files.list(path).map((each) => ({...files.lstat(`${path}/${each}`), name: each}));
  const dots = ['.', '..'].map((each) => ({...files.lstat(files.realpath(`${path}/${each}`)), name: each}));
  const shown = flags.includes('a') ? [...dots, ...all] : flags.includes('A') ? all : all.filter((each) => !each.name.startsWith('.'));
  if (titled) context.stdout(`${name}:\n`);
  const blocks = shown.reduce((sum, {size}) => sum + Math.ceil(size / 4096) * 4, 0);
  if (flags.includes('l')) context.stdout(`total ${blocks}\n`);
  context.stdout(format(sorted(shown, flags), flags, context.tty));
  if (!flags.includes('R')) return;
  for (const each of all.filter(({type}) => type === 'directory')) {
    context.stdout('\n');
    listFolder(`${name}/${each.name}`, `${path}/${each.name}`, true, flags, files, context);
  }
}

function sorted(entries: readonly Listed[], flags: string): readonly Listed[] {
  const byName = (a: Listed, b: Listed) => (a.name < b.name ? -1 : 1);
  const order = flags.includes('t')
    ? (a: Listed, b: Listed) => b.modifiedMs - a.modifiedMs
    : flags.includes('S')
      ? (a: Listed, b: Listed) => b.size - a.size
      : byName;
  const result = entries.toSorted(order);
  return flags.includes('r') ? result.toReversed() : result;
}

function format(entries: readonly Listed[], flags: string, tty: boolean): string {
  if (entries.length === 0) return '';
  if (flags.includes('l')) return longLines(entries, flags);
  const names = entries.map((entry) => shownName(entry, flags));
  if (!tty || flags.includes('1')) return `${names.join('\n')}\n`;
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const perLine = Math.max(1, Math.floor(80 / width));
  const lines = Array.from({length: Math.ceil(names.length / perLine)}, (_, line) => names.slice(line * perLine, (line + 1) * perLine));
  return `${lines
    .map((line) =>
      line
        .map((name) => name.padEnd(width))
        .join('')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

function longLines(entries: readonly Listed[], flags: string): string {
  const size = (entry: Listed) => (flags.includes('h') ? humanSize(entry.size) : String(entry.size));
  const width = Math.max(...entries.map((entry) => size(entry).length));
  return entries
    .map((entry) => {
      const target = entry.type === 'symlink' ? ` -> ${entry.target}` : '';
      const links = entry.type === 'directory' ? 2 : 1;
      return `${modeText(entry)}    ${links} root     root     ${size(entry).padStart(width)} ${dateText(entry.modifiedMs)} ${shownName(entry, flags)}${target}\n`;
    })
    .join('');
}

function shownName({name, type, mode}: Listed, flags: string): string {
  if (!flags.includes('F')) return name;
  return `${name}${type === 'directory' ? '/' : type === 'symlink' ? '@' : mode & 0o111 ? '*' : ''}`;
}

function modeText({type, mode}: TreeEntry): string {
  const bits = [...'rwxrwxrwx'].map((letter, index) => (mode & (0o400 >> index) ? letter : '-')).join('');
  return `${{directory: 'd', symlink: 'l', file: '-'}[type]}${bits}`;
}

function humanSize(size: number): string {
  if (size < 1024) return String(size);
  const power = Math.min(3, Math.floor(Math.log2(size) / 10));
  return `${(size / 1024 ** power).toFixed(1)}${' KMG'[power]}`;
}

/** `Nov 23 19:55`, with the year instead of the hour where it is over half a year ago. */
function dateText(ms: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\d+:\d+)/.exec(new Date(ms).toUTCString()) ?? [];
  const isRecent = Math.abs(Date.now() - ms) < 182 * 86_400_000;
  return `${month} ${String(Number(day)).padStart(2)} ${isRecent ? time : ` ${year}`}`;
}
