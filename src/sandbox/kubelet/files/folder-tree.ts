import * as fs from 'node:fs';
import path from 'node:path';
import {FileError, type FileErrorCode} from './file-error.ts';
import {type FileTree, joinPath, type TreeEntry, type TreePath} from './file-tree.ts';

/**
 * Files in a folder of the host: what must survive. Each name on the way is looked at with lstat and the last is opened
 * with O_NOFOLLOW, so that a link that a program made never leads the host's kernel anywhere.
 */
export class FolderTree implements FileTree {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  entry(at: TreePath): TreeEntry | null {
    const stat = this.#inspect(at);
    if (!stat) return null;
    const type = stat.isSymbolicLink() ? 'symlink' : stat.isDirectory() ? 'directory' : 'file';
    const target = type === 'symlink' ? fs.readlinkSync(this.#host(at)) : '';
    return {type, size: stat.size, modifiedMs: stat.mtimeMs, mode: stat.mode & 0o7777, target};
  }

  list(at: TreePath): readonly string[] {
    return this.#run('scandir', at, (host) => fs.readdirSync(host));
  }

  read(at: TreePath): Uint8Array {
    return this.#withFile(at, fs.constants.O_RDONLY, 0, (file) => fs.readFileSync(file));
  }

  write(at: TreePath, content: Uint8Array, mode: number): void {
    const flags = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_TRUNC;
    this.#withFile(at, flags, mode, (file) => fs.writeFileSync(file, content));
  }

  append(at: TreePath, content: Uint8Array, mode: number): void {
    const flags = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_APPEND;
    this.#withFile(at, flags, mode, (file) => fs.writeFileSync(file, content));
  }

  makeDirectory(at: TreePath, mode: number): void {
    this.#run('mkdir', at, (host) => fs.mkdirSync(host, {mode: mode | 0o700}));
  }

  link(at: TreePath, target: string): void {
    this.#run('symlink', at, (host) => fs.symlinkSync(target, host));
  }

  remove(at: TreePath): void {
    if (at.length === 0) throw new FileError('EBUSY', 'rmdir', '/');
    const isDirectory = this.#inspect(at)?.isDirectory();
    this.#run('unlink', at, (host) => (isDirectory ? fs.rmdirSync(host) : fs.unlinkSync(host)));
  }

  rename(from: TreePath, to: TreePath): void {
    this.#check(from.slice(0, -1), 'rename');
    this.#run('rename', to, (host) => fs.renameSync(this.#host(from), host));
  }

  setMode(at: TreePath, mode: number): void {
    if (this.#inspect(at)?.isSymbolicLink()) return;
    // the owner keeps access whatever the container says: the sandbox must be able to remove the volume again
    this.#run('chmod', at, (host) => fs.chmodSync(host, mode | 0o600));
  }

  setTime(at: TreePath, modifiedMs: number): void {
    this.#run('utime', at, (host) => fs.lutimesSync(host, modifiedMs / 1000, modifiedMs / 1000));
  }

  hostPath(at: TreePath): string {
    this.#check(at.slice(0, -1), 'open');
    return this.#host(at);
  }

  below(at: TreePath): FileTree {
    this.#check(at, 'open');
    return new FolderTree(this.#host(at));
  }

  #host(at: TreePath): string {
    if (at.some((name) => name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name))) {
      throw new FileError('EINVAL', 'open', joinPath(at));
    }
    return path.join(this.#root, ...at);
  }

  /** lstat of the last name, where all names before it are directories and no links. */
  #inspect(at: TreePath): fs.Stats | null {
    let stat: fs.Stats | null = lstat(this.#root);
    for (let depth = 1; depth <= at.length && stat; depth += 1) {
      if (!stat.isDirectory()) return null;
      stat = lstat(this.#host(at.slice(0, depth)));
    }
    return stat;
  }

  #check(at: TreePath, operation: string): void {
    const stat = this.#inspect(at);
    if (!stat) throw new FileError('ENOENT', operation, joinPath(at));
    if (stat.isSymbolicLink()) throw new FileError('ELOOP', operation, joinPath(at));
  }

  #run<T>(operation: string, at: TreePath, action: (host: string) => T): T {
    this.#check(at.slice(0, -1), operation);
    try {
      return action(this.#host(at));
    } catch (error) {
      throw inContainerTerms(error, operation, at);
    }
  }

  #withFile<T>(at: TreePath, flags: number, mode: number, action: (file: number) => T): T {
    if (this.#inspect(at)?.isDirectory()) throw new FileError('EISDIR', 'open', joinPath(at));
    return this.#run('open', at, (host) => {
      const file = fs.openSync(host, flags | (fs.constants.O_NOFOLLOW ?? 0), mode | 0o600);
      try {
        return action(file);
      } finally {
        fs.closeSync(file);
      }
    });
  }
}

function lstat(host: string): fs.Stats | null {
  return fs.lstatSync(host, {throwIfNoEntry: false}) ?? null;
}

/** The host's path must not show in what a container sees. */
function inContainerTerms(error: unknown, operation: string, at: TreePath): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  return new FileError(error.code as FileErrorCode, operation, joinPath(at));
}
