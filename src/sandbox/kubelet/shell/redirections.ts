import type {WordNode} from 'just-bash';
import {FileError} from '../files/file-error.ts';
import type {ShellSession} from './session.ts';
import {type Output, ShellInput, type ShellIo} from './shell-io.ts';
import type {ShellState} from './shell-state.ts';

/** A redirection of the library's syntax tree. */
export interface RedirectionNode {
  readonly fd: number | null;
  readonly operator: string;
  readonly target: WordNode | {readonly type: 'HereDoc'; readonly content: WordNode};
}

interface Opened {
  readonly io: ShellIo;
  /** Why a file could not be opened. */
  readonly failure: string | null;
}

/** Opens redirections in their order. */
export async function openRedirections(
  list: readonly RedirectionNode[],
  state: ShellState,
  io: ShellIo,
  session: ShellSession,
): Promise<Opened> {
  let current = io;
  for (const each of list) {
    const target = await targetText(each, state, session);
    try {
      current = redirect(each, target, current, state, session);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return {io, failure: `can't ${each.operator.includes('>') ? 'create' : 'open'} ${target}: ${reasonOf(error)}`};
    }
  }
  return {io: current, failure: null};
}

async function targetText({target, operator}: RedirectionNode, state: ShellState, session: ShellSession): Promise<string> {
  const word = target.type === 'HereDoc' ? target.content : target;
  const isText = target.type === 'HereDoc' || operator === '<<<';
  const quoted: WordNode = isText ? {type: 'Word', parts: [{type: 'DoubleQuoted', parts: word.parts}]} : word;
  const text = (await session.expand([quoted], state)).join(' ');
  return operator === '<<<' ? `${text}\n` : text;
}

function redirect(node: RedirectionNode, target: string, io: ShellIo, state: ShellState, session: ShellSession): ShellIo {
  const {files} = session.host;
  const path = target.startsWith('/') ? target : `${state.cwd}/${target}`;
  const error = node.fd === 2;
  switch (node.operator) {
    case '<':
      return {...io, stdin: ShellInput.of(files.read(path))};
    case '<<':
    case '<<-':
    case '<<<':
      return {...io, stdin: ShellInput.of(Buffer.from(target))};
    case '>&':
    case '<&': {
      const source = target === '1' ? io.stdout : target === '2' ? io.stderr : target === '-' ? () => {} : toFile(path, false, session);
      return error ? {...io, stderr: source} : {...io, stdout: source};
    }
    case '&>':
    case '&>>': {
      const both = toFile(path, node.operator === '&>>', session, io);
      return {...io, stdout: both, stderr: both};
    }
    default: {
      const output = toFile(path, node.operator === '>>', session, io);
      return error ? {...io, stderr: output} : {...io, stdout: output};
    }
  }
}

function toFile(path: string, append: boolean, session: ShellSession, io?: ShellIo): Output {
  if (path === '/dev/stdout' && io) return io.stdout;
  if (path === '/dev/stderr' && io) return io.stderr;
  const {files} = session.host;
  if (append) files.append(path, '');
  else files.write(path, '');
  return (bytes) => files.append(path, bytes);
}

function reasonOf(error: FileError): string {
  return {ENOENT: 'nonexistent directory', EISDIR: 'Is a directory', EROFS: 'Read-only file system'}[error.code as string] ?? error.message;
}
