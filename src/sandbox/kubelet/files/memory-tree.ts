import {FileError} from './file-error.ts';
import {type FileTree, joinPath, type TreeEntry, type TreePath} from './file-tree.ts';

type Node = FileNode | DirectoryNode | LinkNode;

interface Common {
  mode: number;
  modifiedMs: number;
}

interface FileNode extends Common {
  type: 'file';
  content: Uint8Array;
  /** A device: reading and writing do something. */
  readonly device?: Device;
}

interface DirectoryNode extends Common {
  type: 'directory';
  readonly children: Map<string, Node>;
}

interface LinkNode extends Common {
  type: 'symlink';
  readonly target: string;
}

export interface Device {
  read(): Uint8Array;
  write(content: Uint8Array): void;
}

/** What one tree in memory may hold: a container that writes without end gets ENOSPC, and takes nobody else's memory. */
const CAPACITY_BYTES = 64 * 1024 * 1024;

/** Files in memory: a container's root file system, and volumes that are no data of the user's. */
export class MemoryTree implements FileTree {
  readonly #root: Node;
  readonly #space: {used: number};

  constructor(root: Node = newDirectory(0o755), space = {used: 0}) {
    this.#root = root;
    this.#space = space;
  }

  entry(path: TreePath): TreeEntry | null {
    const node = this.#find(path);
    if (!node) return null;
    const size = node.type === 'file' ? node.content.length : node.type === 'directory' ? 4096 : node.target.length;
    return {type: node.type, size, modifiedMs: node.modifiedMs, mode: node.mode, target: node.type === 'symlink' ? node.target : ''};
  }

  list(path: TreePath): readonly string[] {
    return [...this.#directory(path, 'scandir').children.keys()];
  }

  read(path: TreePath): Uint8Array {
    const node = this.#file(path, 'open');
    return node.device ? node.device.read() : node.content;
  }

  write(path: TreePath, content: Uint8Array, mode: number): void {
    const node = this.#fileForWriting(path, mode);
    if (node.device) {
      node.device.write(content);
      return;
    }
    this.#reserve(content.length - node.content.length, path);
    node.content = content.slice();
    node.modifiedMs = Date.now();
  }

  append(path: TreePath, content: Uint8Array, mode: number): void {
    const node = this.#fileForWriting(path, mode);
    if (node.device) {
      node.device.write(content);
      return;
    }
    this.#reserve(content.length, path);
    node.content = Buffer.concat([node.content, content]);
    node.modifiedMs = Date.now();
  }

  makeDirectory(path: TreePath, mode: number): void {
    this.#insert(path, newDirectory(mode), 'mkdir');
  }

  link(path: TreePath, target: string): void {
    this.#insert(path, {type: 'symlink', target, mode: 0o777, modifiedMs: Date.now()}, 'symlink');
  }

  addDevice(path: TreePath, device: Device): void {
    this.#insert(path, {type: 'file', content: new Uint8Array(), mode: 0o666, modifiedMs: Date.now(), device}, 'mknod');
  }

  remove(path: TreePath): void {
    const node = this.#find(path);
    if (!node) throw new FileError('ENOENT', 'unlink', joinPath(path));
    if (node.type === 'directory' && node.children.size > 0) throw new FileError('ENOTEMPTY', 'rmdir', joinPath(path));
    if (node.type === 'file') this.#space.used -= node.content.length;
    this.#parent(path, 'unlink').children.delete(path.at(-1) ?? '');
  }

  rename(from: TreePath, to: TreePath): void {
    const node = this.#find(from);
    if (!node) throw new FileError('ENOENT', 'rename', joinPath(from));
    const parent = this.#parent(to, 'rename');
    const replaced = parent.children.get(to.at(-1) ?? '');
    if (replaced === node) return;
    if (replaced?.type === 'directory' && replaced.children.size > 0) throw new FileError('ENOTEMPTY', 'rename', joinPath(to));
    if (replaced?.type === 'file') this.#space.used -= replaced.content.length;
    this.#parent(from, 'rename').children.delete(from.at(-1) ?? '');
    parent.children.set(to.at(-1) ?? '', node);
  }

  setMode(path: TreePath, mode: number): void {
    this.#require(path, 'chmod').mode = mode;
  }

  setTime(path: TreePath, modifiedMs: number): void {
    this.#require(path, 'utime').modifiedMs = modifiedMs;
  }

  hostPath(): null {
    return null;
  }

  below(path: TreePath): FileTree {
    return new MemoryTree(this.#require(path, 'open'), this.#space);
  }

  #reserve(bytes: number, path: TreePath): void {
    if (bytes > 0 && this.#space.used + bytes > CAPACITY_BYTES) throw new FileError('ENOSPC', 'write', joinPath(path));
    this.#space.used += bytes;
  }

  #find(path: TreePath): Node | null {
    let node: Node = this.#root;
    for (const name of path) {
      const child: Node | undefined = node.type === 'directory' ? node.children.get(name) : undefined;
      if (!child) return null;
      node = child;
    }
    return node;
  }

  #require(path: TreePath, operation: string): Node {
    const node = this.#find(path);
    if (!node) throw new FileError('ENOENT', operation, joinPath(path));
    return node;
  }

  #directory(path: TreePath, operation: string): DirectoryNode {
    const node = this.#require(path, operation);
    if (node.type !== 'directory') throw new FileError('ENOTDIR', operation, joinPath(path));
    return node;
  }

  #parent(path: TreePath, operation: string): DirectoryNode {
    if (path.length === 0) throw new FileError('EBUSY', operation, '/');
    return this.#directory(path.slice(0, -1), operation);
  }

  #file(path: TreePath, operation: string): FileNode {
    const node = this.#require(path, operation);
    if (node.type === 'directory') throw new FileError('EISDIR', operation, joinPath(path));
    if (node.type === 'symlink') throw new FileError('ELOOP', operation, joinPath(path));
    return node;
  }

  #fileForWriting(path: TreePath, mode: number): FileNode {
    if (this.#find(path)) return this.#file(path, 'open');
    const node: FileNode = {type: 'file', content: new Uint8Array(), mode, modifiedMs: Date.now()};
    this.#insert(path, node, 'open');
    return node;
  }

  #insert(path: TreePath, node: Node, operation: string): void {
    const parent = this.#parent(path, operation);
    const name = path.at(-1) ?? '';
    if (parent.children.has(name)) throw new FileError('EEXIST', operation, joinPath(path));
    parent.children.set(name, node);
    parent.modifiedMs = Date.now();
  }
}

function newDirectory(mode: number): DirectoryNode {
  return {type: 'directory', children: new Map(), mode, modifiedMs: Date.now()};
}
