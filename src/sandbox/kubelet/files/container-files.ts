import type {ProgramFiles} from '../../../model/index.ts';
import {FileError} from './file-error.ts';
import {type FileTree, joinPath, splitPath, type TreeEntry, type TreePath} from './file-tree.ts';

export interface Mount {
  readonly at: TreePath;
  readonly tree: FileTree;
  readonly readOnly: boolean;
}

interface Place {
  readonly mount: Mount;
  readonly path: TreePath;
  /** The path in the container, without links. */
  readonly absolute: TreePath;
  readonly entry: TreeEntry | null;
}

const LINK_LIMIT = 40;
/** What one file may grow to. */
const FILE_LIMIT_BYTES = 256 * 1024 * 1024;

/** A container's files: trees mounted into one another, with symbolic links followed inside the container only. */
export class ContainerFiles implements ProgramFiles {
  readonly #mounts: Mount[];

  constructor(root: FileTree, options: {readonly readOnly?: boolean} = {}) {
    this.#mounts = [{at: [], tree: root, readOnly: options.readOnly ?? false}];
  }

  /** Mounts a tree; the mount point is made where it is missing, as a container runtime does. */
  mount(path: string, tree: FileTree, readOnly: boolean): void {
    const isDirectory = tree.entry([])?.type !== 'file';
    const at = this.#makeMountPoint(path, isDirectory);
    this.#mounts.push({at, tree, readOnly});
    this.#mounts.sort((a, b) => b.at.length - a.at.length);
  }

  read(path: string): Uint8Array {
    const place = this.#existing(path, 'open');
    if (place.entry.type === 'directory') throw new FileError('EISDIR', 'read', path);
    return place.mount.tree.read(place.path);
  }

  readText(path: string): string {
    return new TextDecoder().decode(this.read(path));
  }

  write(path: string, content: string | Uint8Array): void {
    const place = this.#writable(path, 'open');
    place.mount.tree.write(place.path, bytes(content), place.entry?.mode ?? 0o644);
  }

  append(path: string, content: string | Uint8Array): void {
    const place = this.#writable(path, 'open');
    const added = bytes(content);
    if ((place.entry?.size ?? 0) + added.length > FILE_LIMIT_BYTES) throw new FileError('EFBIG', 'write', path);
    place.mount.tree.append(place.path, added, place.entry?.mode ?? 0o644);
  }

  exists(path: string): boolean {
    return this.#find(path, true)?.entry != null;
  }

  stat(path: string): {type: 'file' | 'directory'; size: number; modifiedMs: number; mode: number} {
    const {entry} = this.#existing(path, 'stat');
    return {type: entry.type === 'directory' ? 'directory' : 'file', size: entry.size, modifiedMs: entry.modifiedMs, mode: entry.mode};
  }

  /** As `stat`, but of a link itself. */
  lstat(path: string): TreeEntry {
    const place = this.#find(path, false);
    if (!place?.entry) throw new FileError('ENOENT', 'lstat', path);
    return place.entry;
  }

  list(path: string): readonly string[] {
    const place = this.#existing(path, 'scandir');
    if (place.entry.type !== 'directory') throw new FileError('ENOTDIR', 'scandir', path);
    return place.mount.tree.list(place.path).toSorted();
  }

  makeDirectory(path: string): void {
    const place = this.#writable(path, 'mkdir');
    if (place.entry) throw new FileError('EEXIST', 'mkdir', path);
    place.mount.tree.makeDirectory(place.path, 0o755);
  }

  /** The directory and those above it, as far as they are missing. */
  makeDirectories(path: string): void {
    const names = splitPath(path);
    for (let depth = 1; depth <= names.length; depth += 1) {
      const above = joinPath(names.slice(0, depth));
      if (!this.exists(above)) this.makeDirectory(above);
    }
  }

  remove(path: string): void {
    const place = this.#find(path, false);
    if (!place?.entry) throw new FileError('ENOENT', 'unlink', path);
    this.#checkWritable(place, 'unlink', path);
    if (place.path.length === 0) throw new FileError('EBUSY', 'unlink', path);
    place.mount.tree.remove(place.path);
  }

  rename(from: string, to: string): void {
    const source = this.#find(from, false);
    const target = this.#find(to, false);
    if (!source?.entry || !target) throw new FileError('ENOENT', 'rename', from);
    this.#checkWritable(source, 'rename', from);
    this.#checkWritable(target, 'rename', to);
    if (source.mount !== target.mount) throw new FileError('EXDEV', 'rename', from);
    source.mount.tree.rename(source.path, target.path);
  }

  symlink(target: string, path: string): void {
    const place = this.#find(path, false);
    if (!place) throw new FileError('ENOENT', 'symlink', path);
    if (place.entry) throw new FileError('EEXIST', 'symlink', path);
    this.#checkWritable(place, 'symlink', path);
    place.mount.tree.link(place.path, target);
  }

  setMode(path: string, mode: number): void {
    const place = this.#existing(path, 'chmod');
    this.#checkWritable(place, 'chmod', path);
    place.mount.tree.setMode(place.path, mode);
  }

  setTime(path: string, modifiedMs: number): void {
    const place = this.#existing(path, 'utime');
    this.#checkWritable(place, 'utime', path);
    place.mount.tree.setTime(place.path, modifiedMs);
  }

  /** The path without links. */
  realpath(path: string): string {
    return joinPath(this.#existing(path, 'realpath').absolute);
  }

  hostPath(path: string): string | null {
    const place = this.#find(path, true);
    return place && !place.mount.readOnly ? place.mount.tree.hostPath(place.path) : null;
  }

  #existing(path: string, operation: string): Place & {readonly entry: TreeEntry} {
    const place = this.#find(path, true);
    if (!place?.entry) throw new FileError('ENOENT', operation, path);
    return {...place, entry: place.entry};
  }

  #writable(path: string, operation: string): Place {
    const place = this.#find(path, true);
    if (!place) throw new FileError('ENOENT', operation, path);
    this.#checkWritable(place, operation, path);
    return place;
  }

  #checkWritable(place: Place, operation: string, path: string): void {
    if (place.mount.readOnly) throw new FileError('EROFS', operation, path);
  }

  #lookup(absolute: TreePath): Place {
    const mount = this.#mounts.find(({at}) => at.length <= absolute.length && at.every((name, index) => name === absolute[index]));
    if (!mount) throw new FileError('ENOENT', 'open', joinPath(absolute));
    const path = absolute.slice(mount.at.length);
    return {mount, path, absolute, entry: mount.tree.entry(path)};
  }

  /** Null where a name on the way is missing; a Place without entry where only the last is. */
  #find(path: string, followLast: boolean): Place | null {
    const open = path.split('/').filter((name) => name !== '' && name !== '.');
    let place = this.#lookup([]);
    for (let links = 0; open.length > 0; ) {
      const name = open.shift() as string;
      if (name === '..') {
        place = this.#lookup(place.absolute.slice(0, -1));
        continue;
      }
      if (place.entry?.type !== 'directory') return null;
      const next = this.#lookup([...place.absolute, name]);
      if (next.entry?.type !== 'symlink' || (open.length === 0 && !followLast)) {
        place = next;
        continue;
      }
      links += 1;
      if (links > LINK_LIMIT) throw new FileError('ELOOP', 'open', path);
      if (next.entry.target.startsWith('/')) place = this.#lookup([]);
      open.unshift(...next.entry.target.split('/').filter((part) => part !== '' && part !== '.'));
    }
    return place;
  }

  #makeMountPoint(path: string, isDirectory: boolean): TreePath {
    const found = this.#find(path, true);
    if (found?.entry) return found.absolute;
    const parent = splitPath(path).slice(0, -1);
    this.makeDirectories(joinPath(parent));
    if (isDirectory) this.makeDirectory(path);
    else this.write(path, '');
    return this.#existing(path, 'mount').absolute;
  }
}

function bytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
