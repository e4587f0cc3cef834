import type {ProcessContext} from '../process/process.ts';
import {ShellInput} from '../shell/shell-io.ts';

const POLL_MS = 500;

/** tail: the last lines or bytes of files or of its input; -f goes on as a file grows. */
export async function tail(context: ProcessContext): Promise<number> {
  const args = context.args.slice(1);
  const follow = args.some((arg) => /^-[a-z]*[fF]/.test(arg));
  const {count, unit, names} = parse(args);
  if (names.length === 0) {
    context.stdout(last(await new ShellInput(context.stdin).readAll(), count, unit));
    return 0;
  }
  let exit = 0;
  const sizes = new Map<string, number>();
  for (const name of names) {
    const path = name.startsWith('/') ? name : `${context.workingDir}/${name}`;
    if (!context.files.exists(path)) {
      context.stderr(`tail: can't open '${name}': No such file or directory\n`);
      exit = 1;
      continue;
    }
    const content = Buffer.from(context.files.read(path));
    if (names.length > 1) context.stdout(`==> ${name} <==\n`);
    context.stdout(last(content, count, unit));
    sizes.set(path, content.length);
  }
  while (follow && sizes.size > 0) {
    await context.sleep(POLL_MS);
    for (const [path, size] of sizes) sizes.set(path, showGrowth(path, size, context));
  }
  return exit;
}

function showGrowth(path: string, size: number, context: ProcessContext): number {
  if (!context.files.exists(path)) return 0;
  const now = context.files.stat(path).size;
  if (now === size) return size;
  context.stdout(context.files.read(path).subarray(now > size ? size : 0));
  return now;
}

function parse(args: readonly string[]): {count: number | `+${number}`; unit: 'n' | 'c'; names: string[]} {
  let count = '10';
  let unit: 'n' | 'c' = 'n';
  const names: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, letter, attached] = /^-[a-zA-Z]*?([nc])(.*)$/.exec(arg) ?? [];
    if (letter) {
      unit = letter as 'n' | 'c';
      count = attached || (rest.shift() ?? '10');
    } else if (/^-\d+$/.test(arg)) count = arg.slice(1);
    else if (!/^-./.test(arg)) names.push(arg);
  }
  return {count: count.startsWith('+') ? `+${Number(count.slice(1))}` : Math.abs(Number(count)), unit, names};
}

function last(content: Buffer, count: number | `+${number}`, unit: 'n' | 'c'): Uint8Array {
  if (unit === 'c')
    return typeof count === 'number' ? content.subarray(Math.max(0, content.length - count)) : content.subarray(Number(count) - 1);
  const lines = content.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const chosen = typeof count === 'number' ? (count === 0 ? [] : lines.slice(-count)) : lines.slice(Number(count) - 1);
  return Buffer.from(chosen.join(''), 'latin1');
}
