import {FileError} from '../files/file-error.ts';
import {ConfigError} from './environment.ts';

/** The reason for waiting that a failure to create a container shows as; null for what is a bug. */
export function createFailure(error: unknown): string | null {
  if (error instanceof ConfigError) return 'CreateContainerConfigError';
  return error instanceof FileError ? 'CreateContainerError' : null;
}
