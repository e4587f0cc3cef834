import type {BufferEncoding, CpOptions, FileContent, FsStat, IFileSystem, MkdirOptions, RmOptions} from 'just-bash';
import type {ContainerFiles} from '../files/container-files.ts';
import {FileError} from '../files/file-error.ts';
import {joinPath, splitPath, type TreeEntry} from '../files/file-tree.ts';

type Encoding = BufferEncoding | {readonly encoding?: BufferEncoding | null};

/** A container's files as the shell library asks for them. */
export function bashFiles(files: ContainerFiles): IFileSystem {
  return {
    readFile: async (path, options) => Buffer.from(files.read(path)).toString(encodingOf(options)),
    readFileBuffer: async (path) => files.read(path),
    writeFile: async (path, content, options) => files.write(path, bytesOf(content, options)),
    appendFile: async (path, content, options) => files.append(path, bytesOf(content, options)),
    exists: async (path) => files.exists(path),
    stat: async (path) => statOf(files.lstat(files.realpath(path))),
    lstat: async (path) => statOf(files.lstat(path)),
    mkdir: async (path, options) => makeDirectory(files, path, options),
    readdir: async (path) => [...files.list(path)],
    readdirWithFileTypes: async (path) =>
      files.list(path).map((name) => {
        const {isFile, isDirectory, isSymbolicLink} = statOf(files.lstat(`${path}/${name}`));
        return {name, isFile, isDirectory, isSymbolicLink};
      }),
    rm: async (path, options) => remove(files, path, options),
    cp: async (from, to, options) => copy(files, from, to, options),
    mv: async (from, to) => move(files, from, to),
    resolvePath: (base, path) => joinPath(splitPath(path.startsWith('/') ? path : `${base}/${path}`)),
    getAllPaths: () => [],
    chmod: async (path, mode) => files.setMode(path, mode),
    symlink: async (target, path) => files.symlink(target, path),
    link: async (existing, path) => files.write(path, files.read(existing)),
    readlink: async (path) => {
      const entry = files.lstat(path);
      if (entry.type !== 'symlink') throw new FileError('EINVAL', 'readlink', path);
      return entry.target;
    },
    realpath: async (path) => files.realpath(path),
    utimes: async (path, _accessed, modified) => files.setTime(path, modified.getTime()),
  };
}

function encodingOf(options: Encoding | undefined): BufferEncoding {
  return (typeof options === 'string' ? options : options?.encoding) ?? 'utf8';
}

function bytesOf(content: FileContent, options: Encoding | undefined): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, encodingOf(options)) : content;
}

function statOf(entry: TreeEntry): FsStat {
  return {
    isFile: entry.type === 'file',
    isDirectory: entry.type === 'directory',
    isSymbolicLink: entry.type === 'symlink',
    mode: entry.mode,
    size: entry.size,
    mtime: new Date(entry.modifiedMs),
  };
}

function makeDirectory(files: ContainerFiles, path: string, options: MkdirOptions | undefined): void {
  if (!options?.recursive) files.makeDirectory(path);
  else if (!files.exists(path)) files.makeDirectories(path);
}

function remove(files: ContainerFiles, path: string, options: RmOptions | undefined): void {
  let entry: TreeEntry;
  try {
    entry = files.lstat(path);
  } catch (error) {
    if (options?.force && error instanceof FileError && error.code === 'ENOENT') return;
    throw error;
  }
  if (entry.type === 'directory' && options?.recursive) for (const name of files.list(path)) remove(files, `${path}/${name}`, options);
  files.remove(path);
}

function copy(files: ContainerFiles, from: string, to: string, options: CpOptions | undefined): void {
  const entry = files.lstat(from);
  if (entry.type !== 'directory') {
    files.write(to, files.read(from));
    files.setMode(to, entry.mode);
    return;
  }
  if (!options?.recursive) throw new FileError('EISDIR', 'cp', from);
  if (!files.exists(to)) files.makeDirectory(to);
  for (const name of files.list(from)) copy(files, `${from}/${name}`, `${to}/${name}`, options);
}

/** Between mounts a move is a copy. */
function move(files: ContainerFiles, from: string, to: string): void {
  try {
    files.rename(from, to);
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'EXDEV') throw error;
    copy(files, from, to, {recursive: true});
    remove(files, from, {recursive: true});
  }
}
