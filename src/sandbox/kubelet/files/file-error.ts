const TEXTS = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  EEXIST: 'file exists',
  ENOTEMPTY: 'directory not empty',
  EROFS: 'read-only file system',
  ELOOP: 'too many symbolic links encountered',
  EINVAL: 'invalid argument',
  EXDEV: 'cross-device link not permitted',
  EBUSY: 'resource busy or locked',
  EFBIG: 'file too large',
  ENOSPC: 'no space left on device',
} as const;

export type FileErrorCode = keyof typeof TEXTS;

/** An error of a container's files, shaped as Node's own. */
export class FileError extends Error {
  readonly code: FileErrorCode;
  readonly path: string;
  constructor(code: FileErrorCode, operation: string, path: string) {
    super(`${code}: ${TEXTS[code]}, ${operation} '${path}'`);
    this.name = 'FileError';
    this.code = code;
    this.path = path;
  }
}
