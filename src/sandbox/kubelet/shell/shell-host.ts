import type {CommandName} from 'just-bash';
import type {Program} from '../../../model/index.ts';
import type {Image} from '../../image.ts';
import type {ContainerFiles} from '../files/container-files.ts';
import type {Process, ProcessContext} from '../process/process.ts';
import type {ProcessTable} from '../process/process-table.ts';

export interface ChildSpec {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
}

/** The container that a shell runs in. */
export interface ShellHost {
  readonly files: ContainerFiles;
  readonly processes: ProcessTable;
  readonly image: Image;
  /** The commands that every container with a shell has, by name. */
  readonly common: (name: string) => Program | null;
  /** Starts a child process; it ends with its parent. */
  start(parent: ProcessContext, program: Program, spec: ChildSpec): Process;
  /** As `start`, to the exit code. */
  spawn(parent: ProcessContext, program: Program, spec: ChildSpec): Promise<number>;
}

export function shellHost(container: Pick<ShellHost, 'files' | 'processes' | 'image'>, common: ShellHost['common']): ShellHost {
  const start = (parent: ProcessContext, program: Program, spec: ChildSpec) => {
    const {hostname, files, network, tty, window} = parent;
    const child = container.processes.start({program, hostname, files, network, tty, window, ...spec, ignoresUnhandledSignals: false});
    const kill = () => child.signal('SIGKILL');
    parent.signal.addEventListener('abort', kill, {once: true});
    void child.exited.then(() => parent.signal.removeEventListener('abort', kill));
    if (parent.signal.aborted) kill();
    return child;
  };
  return {...container, common, start, spawn: (parent, program, spec) => start(parent, program, spec).exited};
}

/** Commands that the shell library brings and a container has. Those that would start workers or speak of the library itself are left out. */
export const BASH_COMMANDS: readonly CommandName[] = [
  'echo',
  'cat',
  'printf',
  'ls',
  'mkdir',
  'rmdir',
  'touch',
  'rm',
  'cp',
  'mv',
  'ln',
  'chmod',
  'pwd',
  'readlink',
  'head',
  'tail',
  'wc',
  'stat',
  'grep',
  'fgrep',
  'egrep',
  'sed',
  'awk',
  'sort',
  'uniq',
  'comm',
  'cut',
  'paste',
  'tr',
  'rev',
  'nl',
  'fold',
  'expand',
  'unexpand',
  'strings',
  'split',
  'column',
  'join',
  'tee',
  'find',
  'basename',
  'dirname',
  'tree',
  'du',
  'env',
  'printenv',
  'xargs',
  'true',
  'false',
  'clear',
  'bash',
  'sh',
  'jq',
  'base64',
  'diff',
  'date',
  'time',
  'timeout',
  'seq',
  'expr',
  'md5sum',
  'sha1sum',
  'sha256sum',
  'which',
  'tac',
  'od',
  'gzip',
  'gunzip',
  'zcat',
  'tar',
  'alias',
  'unalias',
  'history',
];
