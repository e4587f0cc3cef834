import {type ProcessContext, SIGNAL_NUMBERS, type SignalName} from '../process/process.ts';
import type {ShellHost} from '../shell/shell-host.ts';

/** sleep: seconds with a unit, added up; `infinity` waits for a signal. */
export async function sleep(context: ProcessContext): Promise<number> {
  let total = 0;
  for (const arg of context.args.slice(1)) {
    const [, number, unit] = /^(\d*\.?\d+|inf(?:inity)?)([smhd]?)$/.exec(arg) ?? [];
    if (number === undefined) {
      context.stderr(`sleep: invalid number '${arg}'\n`);
      return 1;
    }
    const factor = {'': 1, s: 1, m: 60, h: 3600, d: 86_400}[unit ?? ''] ?? 1;
    total += number.startsWith('inf') ? Number.POSITIVE_INFINITY : Number(number) * factor;
  }
  await context.sleep(total * 1000);
  return 0;
}

export function ps(context: ProcessContext, host: ShellHost): number {
  const lines = host.processes.list().map(({pid, startedAt, args}) => {
    const seconds = Math.floor((Date.now() - startedAt) / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    return `${String(pid).padStart(5)} root ${time.padStart(9)} ${args.join(' ')}`;
  });
  context.stdout(`${['PID   USER     TIME  COMMAND', ...lines].join('\n')}\n`);
  return 0;
}

/** kill -SIGNAL PID…, kill -l. */
export function kill(context: ProcessContext, host: ShellHost): number {
  const args = context.args.slice(1);
  if (args[0] === '-l') {
    context.stdout(
      `${Object.keys(SIGNAL_NUMBERS)
        .map((name) => name.slice(3))
        .join(' ')}\n`,
    );
    return 0;
  }
  const given = args[0] === '-s' ? args[1] : /^-./.test(args[0] ?? '') ? args[0]?.slice(1) : undefined;
  const signal = given === undefined ? 'SIGTERM' : signalNamed(given);
  const pids = args[0] === '-s' ? args.slice(2) : given === undefined ? args : args.slice(1);
  if (!signal) {
    context.stderr(`kill: invalid signal '${given}'\n`);
    return 1;
  }
  let exit = 0;
  for (const pid of pids) {
    const isThere =
      given === '0' ? host.processes.list().some((process) => process.pid === Number(pid)) : host.processes.signal(Number(pid), signal);
    if (isThere) continue;
    context.stderr(`kill: can't kill pid ${pid}: No such process\n`);
    exit = 1;
  }
  return exit;
}

function signalNamed(text: string): SignalName | null {
  if (text === '0') return 'SIGTERM';
  const name = `SIG${text.toUpperCase().replace(/^SIG/, '')}`;
  const entry = Object.entries(SIGNAL_NUMBERS).find(([known, number]) => known === name || String(number) === text);
  return (entry?.[0] as SignalName | undefined) ?? null;
}

export function id(context: ProcessContext): number {
  const flags = context.args.slice(1).join('');
  context.stdout(/-u|-g/.test(flags) ? (flags.includes('n') ? 'root\n' : '0\n') : 'uid=0(root) gid=0(root) groups=0(root)\n');
  return 0;
}

export function whoami(context: ProcessContext): number {
  context.stdout('root\n');
  return 0;
}

export function uname(context: ProcessContext): number {
  const flags = context.args.slice(1).join('');
  const parts = {s: 'Linux', n: context.hostname, r: '0.0.0-kiada', v: '#1 kiada sandbox', m: 'x86_64', o: 'Linux'};
  const wanted = flags.includes('a')
    ? Object.values(parts)
    : Object.entries(parts)
        .filter(([letter]) => flags.includes(letter))
        .map(([, text]) => text);
  context.stdout(`${(wanted.length > 0 ? wanted : [parts.s]).join(' ')}\n`);
  return 0;
}

export function hostname(context: ProcessContext): number {
  const flags = context.args.slice(1).join('');
  if (flags.includes('i') || flags.includes('I') || flags.includes('f')) {
    const line = context.files
      .readText('/etc/hosts')
      .split('\n')
      .map((each) => each.split(/\s+/))
      .find((words) => words.includes(context.hostname));
    context.stdout(`${(flags.includes('f') ? line?.[1] : line?.[0]) ?? context.hostname}\n`);
    return 0;
  }
  context.stdout(`${context.hostname}\n`);
  return 0;
}

/** There is no ICMP in the sandbox's network: saying so beats a ping that never answers. */
export function ping(context: ProcessContext): number {
  context.stderr("ping: the sandbox's network carries TCP and UDP, not ICMP; try: nc -zv HOST PORT\n");
  return 2;
}

/** stty size, and the little of `stty -a` that holds here. */
export function stty(context: ProcessContext): number {
  if (!context.tty) {
    context.stderr('stty: standard input: Not a tty\n');
    return 1;
  }
  const {width, height} = context.window() ?? {width: 0, height: 0};
  const [what = ''] = context.args.slice(1);
  if (what === 'size') context.stdout(`${height} ${width}\n`);
  else if (what === '' || what === '-a') context.stdout(`speed 38400 baud; rows ${height}; columns ${width}; line = 0;\n`);
  return 0;
}
