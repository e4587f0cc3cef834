import {splitPath} from '../files/file-tree.ts';
import {MemoryTree} from '../files/memory-tree.ts';
import type {Payload} from './payload.ts';

/**
 * Projected files as containers see them: each visible name is a link through `..data` to a dated directory, so that an update
 * switches all files at once. Kept in memory, as secrets are on a node. Source: kubernetes `pkg/volume/util/atomic_writer.go`.
 */
export class PayloadTree extends MemoryTree {
  #payload: Payload | null = null;
  #updates = 0;

  /** Puts these files in place of those before. False where nothing differs. */
  update(payload: Payload, now: Date): boolean {
    if (this.#payload && isSame(this.#payload, payload)) return false;
    const before = this.entry(['..data'])?.target ?? null;
    this.#updates += 1;
    const dated = `..${now.toISOString().replaceAll('-', '_').replace('T', '_').replaceAll(':', '_').slice(0, 19)}.${this.#updates}`;
    this.makeDirectory([dated], 0o755);
    for (const [path, file] of payload) this.#put([dated, ...splitPath(path)], file.content, file.mode);
    this.link(['..data_tmp'], dated);
    this.rename(['..data_tmp'], ['..data']);
    this.#linkNames(payload);
    if (before) removeAll(this, [before]);
    this.#payload = payload;
    return true;
  }

  #put(path: string[], content: Uint8Array, mode: number): void {
    for (let depth = 2; depth < path.length; depth += 1) {
      if (!this.entry(path.slice(0, depth))) this.makeDirectory(path.slice(0, depth), 0o755);
    }
    this.write(path, content, mode);
  }

  #linkNames(payload: Payload): void {
    const names = new Set([...payload.keys()].map((path) => splitPath(path)[0] ?? ''));
    for (const name of this.list([])) if (!name.startsWith('..') && !names.has(name)) this.remove([name]);
    for (const name of names) if (!this.entry([name])) this.link([name], `..data/${name}`);
  }
}

function removeAll(tree: MemoryTree, path: readonly string[]): void {
  if (tree.entry(path)?.type === 'directory') for (const name of tree.list(path)) removeAll(tree, [...path, name]);
  tree.remove(path);
}

function isSame(a: Payload, b: Payload): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([path, file]) => {
    const other = b.get(path);
    return other !== undefined && other.mode === file.mode && Buffer.compare(other.content, file.content) === 0;
  });
}
