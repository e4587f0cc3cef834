import {mkdirSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import type {KubernetesObject} from '../../../model/index.ts';
import {ConfigError} from '../container/environment.ts';
import {expandReferences} from '../container/expand.ts';
import type {ContainerFiles} from '../files/container-files.ts';
import {FileError} from '../files/file-error.ts';
import {type FileTree, splitPath, type TreePath} from '../files/file-tree.ts';
import {FolderTree} from '../files/folder-tree.ts';
import {MemoryTree} from '../files/memory-tree.ts';
import type {ContainerSpec, VolumeMount, VolumeSpec} from '../pod/pod-object.ts';
import {isProjected, type PayloadInput, VolumeError, volumePayload} from './payload.ts';
import {PayloadTree} from './payload-tree.ts';
import {PodTokens} from './pod-tokens.ts';

interface Volume {
  readonly tree: FileTree;
  readonly readOnly: boolean;
}

/** The volumes of one pod: shared by its containers, gone with the pod (but for claims and host folders). */
export class PodVolumes {
  readonly #dataDir: string;
  readonly #nodeName: string;
  readonly #volumes = new Map<string, Volume>();
  readonly #tokens = new PodTokens();

  constructor(dataDir: string, nodeName: string) {
    this.#dataDir = dataDir;
    this.#nodeName = nodeName;
  }

  /** Sets up what is not yet: throws VolumeError, with the volume's name, at the first that cannot be. */
  setUp(input: PayloadInput, now: Date): void {
    for (const volume of input.pod.spec.volumes ?? []) {
      if (this.#volumes.has(volume.name)) continue;
      try {
        this.#volumes.set(volume.name, this.#open(volume, input, now));
      } catch (error) {
        if (error instanceof VolumeError) throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
        throw error;
      }
    }
  }

  /** Brings projected files up to date. What cannot be read any more leaves the old files, as on a node. */
  refresh(input: PayloadInput, now: Date): void {
    for (const volume of input.pod.spec.volumes ?? []) {
      const tree = this.#volumes.get(volume.name)?.tree;
      if (!(tree instanceof PayloadTree)) continue;
      try {
        tree.update(volumePayload(volume, this.#withKeptTokens(input, now)), now);
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
      }
    }
  }

  /** Whether a token among the files has become too old: then it is time for `refresh`. */
  hasDueTokens(now: Date): boolean {
    return this.#tokens.areDue(now.getTime());
  }

  /** Mounts a container's volumes into its files, outer paths first. */
  mountInto(files: ContainerFiles, container: ContainerSpec, env: ReadonlyMap<string, string>): void {
    const mounts = (container.volumeMounts ?? []).toSorted((a, b) => splitPath(a.mountPath).length - splitPath(b.mountPath).length);
    for (const mount of mounts) {
      const volume = this.#volumes.get(mount.name);
      if (!volume) throw new ConfigError(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
      files.mount(
        mount.mountPath,
        subTree(volume.tree, mount, env),
        volume.readOnly || mount.readOnly === true || volume.tree instanceof PayloadTree,
      );
    }
  }

  /** Removes what belongs to the pod alone. */
  tearDown(podUid: string): void {
    this.#volumes.clear();
    rmSync(path.join(this.#dataDir, 'pods', safeName(podUid)), {recursive: true, force: true});
  }

  #withKeptTokens(input: PayloadInput, now: Date): PayloadInput {
    return {...input, issueToken: (request) => this.#tokens.issue(request, input.issueToken, now.getTime())};
  }

  #open(volume: VolumeSpec, input: PayloadInput, now: Date): Volume {
    if (isProjected(volume)) {
      const tree = new PayloadTree();
      tree.update(volumePayload(volume, this.#withKeptTokens(input, now)), now);
      return {tree, readOnly: true};
    }
    if (volume.emptyDir) {
      if (volume.emptyDir.medium === 'Memory') return {tree: new MemoryTree(), readOnly: false};
      return {tree: this.#folder('pods', input.pod.metadata.uid, 'emptydir', volume.name), readOnly: false};
    }
    if (volume.persistentVolumeClaim) return this.#claim(volume.persistentVolumeClaim, input);
    if (volume.hostPath) return {tree: this.#hostFolder(volume.hostPath), readOnly: false};
    throw new VolumeError(
      'the sandbox has no such kind of volume; it knows emptyDir, configMap, secret, projected, downwardAPI, persistentVolumeClaim and hostPath',
    );
  }

  #claim(source: NonNullable<VolumeSpec['persistentVolumeClaim']>, input: PayloadInput): Volume {
    const claim = input.api.get('persistentvolumeclaims', input.pod.metadata.namespace, source.claimName);
    if (!claim) throw new VolumeError(`persistentvolumeclaim "${source.claimName}" not found`);
    const name = (claim['spec'] as {volumeName?: string} | undefined)?.volumeName;
    if (!name) throw new VolumeError(`PVC ${input.pod.metadata.namespace}/${source.claimName} is not bound`);
    const persistent = input.api.get('persistentvolumes', '', name);
    const host = (persistent?.['spec'] as {hostPath?: {path: string; type?: string}} | undefined)?.hostPath;
    // what the sandbox provisioned must be the same from every node; a volume that somebody made of a node's folder is that node's
    const isProvisioned = persistent?.metadata?.annotations?.['pv.kubernetes.io/provisioned-by'] !== undefined;
    return {tree: host && !isProvisioned ? this.#hostFolder(host) : this.#folder('claims', name), readOnly: source.readOnly === true};
  }

  /** A node's own folders lie in the sandbox too: nothing outside its data is ever reached. */
  #hostFolder(source: {readonly path: string; readonly type?: string}): FileTree {
    const node = this.#folder('nodes', this.#nodeName);
    const at = splitPath(source.path);
    const entry = node.entry(at);
    const wanted = source.type ?? '';
    if (!entry && (wanted === '' || wanted === 'DirectoryOrCreate')) makeFolders(node, at);
    else if (!entry && wanted === 'FileOrCreate') node.write(at, new Uint8Array(), 0o644);
    else if (
      !entry ||
      (wanted.startsWith('Directory') && entry.type !== 'directory') ||
      (wanted.startsWith('File') && entry.type !== 'file')
    ) {
      throw new VolumeError(`hostPath type check failed: ${source.path} is not a ${wanted.startsWith('File') ? 'file' : 'directory'}`);
    }
    return node.below(at);
  }

  #folder(...names: string[]): FolderTree {
    const folder = path.join(this.#dataDir, ...names.map(safeName));
    mkdirSync(folder, {recursive: true, mode: 0o700});
    if (!statSync(folder).isDirectory()) throw new VolumeError('the volume is not a directory');
    return new FolderTree(folder);
  }
}

function makeFolders(tree: FileTree, path: TreePath): void {
  for (let depth = 1; depth <= path.length; depth += 1) {
    if (!tree.entry(path.slice(0, depth))) tree.makeDirectory(path.slice(0, depth), 0o755);
  }
}

/** Removes the data of a volume that has been deleted, where its reclaim policy says so. */
export function reclaimVolume(dataDir: string, volume: KubernetesObject): void {
  const policy = (volume['spec'] as {persistentVolumeReclaimPolicy?: string} | undefined)?.persistentVolumeReclaimPolicy;
  if (policy === 'Delete') rmSync(path.join(dataDir, 'claims', safeName(volume.metadata?.name ?? '')), {recursive: true, force: true});
}

/** Names come from validated objects, but a name that is a path must never become one. */
function safeName(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) throw new VolumeError(`"${name}" cannot name a folder`);
  return name;
}

/** The part of a volume that subPath names: links in it are followed inside the volume only, `..` is refused. */
function subTree(tree: FileTree, mount: VolumeMount, env: ReadonlyMap<string, string>): FileTree {
  const sub = mount.subPathExpr ? expandReferences(mount.subPathExpr, (name) => env.get(name)) : mount.subPath;
  if (!sub) return tree;
  if (sub.split('/').includes('..') || sub.startsWith('/')) throw new ConfigError(`subPath "${sub}" must not be absolute or contain ".."`);
  try {
    return tree.below(resolveInside(tree, splitPath(sub)));
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'ENOENT') throw error;
    makeFolders(tree, splitPath(sub));
    return tree.below(splitPath(sub));
  }
}

function resolveInside(tree: FileTree, names: readonly string[]): TreePath {
  let at: string[] = [];
  const open = [...names];
  for (let links = 0; open.length > 0; ) {
    const name = open.shift() as string;
    const entry = tree.entry([...at, name]);
    if (!entry) throw new FileError('ENOENT', 'open', name);
    if (entry.type !== 'symlink') at = [...at, name];
    else {
      links += 1;
      if (links > 40 || entry.target.startsWith('/') || entry.target.split('/').includes('..')) throw new FileError('ELOOP', 'open', name);
      open.unshift(...splitPath(entry.target));
    }
  }
  return at;
}
