import type {StatementNode, WordNode} from 'just-bash';
import type {Program} from '../../../model/index.ts';
import type {Process, ProcessContext} from '../process/process.ts';
import type {BashEngine, LeafResult} from './bash-engine.ts';
import {literalOf, quote} from './quote.ts';
import type {ShellHost} from './shell-host.ts';
import type {ShellIo} from './shell-io.ts';
import type {ShellState} from './shell-state.ts';
import {wordsSource} from './source.ts';

export type RunStatements = (
  statements: readonly StatementNode[],
  state: ShellState,
  io: ShellIo,
  session: ShellSession,
) => Promise<number>;

/** One shell process: what its walking over scripts shares. */
export interface ShellSession {
  readonly host: ShellHost;
  readonly context: ProcessContext;
  readonly engine: BashEngine;
  readonly programs: ReadonlyMap<string, Program>;
  readonly jobs: Map<number, Process>;
  /** Signals that have come in and have a trap. */
  readonly pendingSignals: string[];
  /** How many conditions are being judged, one in another. */
  conditions: number;
  /** When the shell last gave way. */
  awakeSince: number;
  /** The child in the foreground: what Ctrl-C ends. */
  foreground: AbortController | null;
  /** Walks over statements: functions, traps and `eval` come back to the interpreter through it. */
  run: RunStatements;
  /** A signal with a trap has come. */
  wake(): void;
  /** Resolves at the next one. */
  nextSignal(): Promise<void>;
  expand(words: readonly WordNode[], state: ShellState): Promise<string[]>;
  matches(word: WordNode, patterns: readonly WordNode[], state: ShellState): Promise<boolean>;
  /** Runs source in the library. With `keeps`, what it does to variables and the working directory stays. */
  leaf(source: string, state: ShellState, io: ShellIo, readsInput: boolean, keeps?: boolean): Promise<number>;
}

/** Names that the library sets by itself. */
const OF_THE_LIBRARY = new Set([
  '?',
  '_',
  'BASHOPTS',
  'HOSTTYPE',
  'MACHTYPE',
  'OSTYPE',
  'PIPESTATUS',
  'SHELLOPTS',
  'SHLVL',
  'HOSTNAME',
  'LINENO',
  'RANDOM',
]);
const DEFAULT_IFS = ' \t\n';

export function newSession(
  host: ShellHost,
  context: ProcessContext,
  engine: BashEngine,
  programs: ReadonlyMap<string, Program>,
  run: RunStatements,
): ShellSession {
  let signalled = Promise.withResolvers<void>();
  const session: ShellSession = {
    host,
    context,
    engine,
    programs,
    run,
    jobs: new Map(),
    pendingSignals: [],
    conditions: 0,
    awakeSince: performance.now(),
    foreground: null,
    wake() {
      signalled.resolve();
      signalled = Promise.withResolvers<void>();
    },
    nextSignal: () => signalled.promise,
    async expand(words, state) {
      const literals = words.map(literalOf);
      if (literals.every((text) => text !== null)) return literals;
      const result = await runLeaf(`printf '%s\\0' x ${wordsSource(words, engine)}`, state, session, new Uint8Array());
      return Buffer.from(result.stdout).toString('utf8').split('\0').slice(1, -1);
    },
    async matches(word, patterns, state) {
      const cases = patterns.map((pattern) => wordsSource([pattern], engine)).join(' | ');
      const result = await runLeaf(
        `case ${wordsSource([word], engine)} in ${cases}) true;; *) false;; esac`,
        state,
        session,
        new Uint8Array(),
      );
      return result.exitCode === 0;
    },
    async leaf(source, state, io, readsInput, keeps = false) {
      const stdin = readsInput ? await io.stdin.readAll() : new Uint8Array();
      const result = await runLeaf(source, state, session, stdin);
      io.stdout(result.stdout);
      io.stderr(Buffer.from(inOwnName(result.stderr, state.name)));
      if (keeps) keepVariables(result, state);
      return result.exitCode;
    },
  };
  return session;
}

function runLeaf(source: string, state: ShellState, session: ShellSession, stdin: Uint8Array): Promise<LeafResult> {
  const abort = new AbortController();
  session.foreground = abort;
  const [, ...args] = state.args;
  const prefix = [
    args.length > 0 ? `set -- ${args.map(quote).join(' ')}\n` : '',
    ...[...state.functions.values()].map((text) => `${text}\n`),
  ].join('');
  return session.engine.run(prefix + source, {
    env: {...Object.fromEntries(state.local), ...Object.fromEntries(state.exported)},
    exported: Object.fromEntries(state.exported),
    cwd: state.cwd,
    stdin,
    signal: AbortSignal.any([session.context.signal, abort.signal]),
  });
}

/** The library speaks as bash; a shell that was started as `sh` says so, and words a missing command as BusyBox does. */
function inOwnName(stderr: string, name: string): string {
  if (name === 'bash') return stderr;
  return stderr.replaceAll(/^bash: (?:line \d+: )?/gm, `${name}: `).replaceAll(/: command not found$/gm, ': not found');
}

function keepVariables(result: LeafResult, state: ShellState): void {
  const {PWD, ...variables} = result.env;
  if (PWD) state.cwd = PWD;
  for (const map of [state.exported, state.local]) for (const name of map.keys()) if (!Object.hasOwn(result.env, name)) map.delete(name);
  for (const [name, value] of Object.entries(variables)) {
    if (OF_THE_LIBRARY.has(name) || (name === 'IFS' && value === DEFAULT_IFS) || (name === 'OPTIND' && value === '1')) continue;
    if (state.exported.has(name)) state.exported.set(name, value);
    else if (!(name === 'OLDPWD' && value === '')) state.local.set(name, value);
  }
}
