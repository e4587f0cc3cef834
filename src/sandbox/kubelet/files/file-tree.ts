/** Names below a tree's root, `.` and `..` and empty ones resolved away; [] is the root itself. */
export type TreePath = readonly string[];

export interface TreeEntry {
  readonly type: 'file' | 'directory' | 'symlink';
  readonly size: number;
  readonly modifiedMs: number;
  readonly mode: number;
  /** Where a symbolic link points, as written; empty for others. */
  readonly target: string;
}

/**
 * Somewhere that files lie: memory or a folder. Paths are taken literally: a tree follows no symbolic link,
 * so that none can lead out of it. Following them, inside the container, is `ContainerFiles`' part.
 */
export interface FileTree {
  entry(path: TreePath): TreeEntry | null;
  list(path: TreePath): readonly string[];
  read(path: TreePath): Uint8Array;
  write(path: TreePath, content: Uint8Array, mode: number): void;
  append(path: TreePath, content: Uint8Array, mode: number): void;
  makeDirectory(path: TreePath, mode: number): void;
  link(path: TreePath, target: string): void;
  /** A file, a link or an empty directory. */
  remove(path: TreePath): void;
  rename(from: TreePath, to: TreePath): void;
  setMode(path: TreePath, mode: number): void;
  setTime(path: TreePath, modifiedMs: number): void;
  /** Where it lies on the host, or null. */
  hostPath(path: TreePath): string | null;
  /** The tree from there on: what a subPath mounts. */
  below(path: TreePath): FileTree;
}

/** The names of a path, with `.` and `..` resolved by text alone. */
export function splitPath(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

export function joinPath(names: TreePath): string {
  return `/${names.join('/')}`;
}
