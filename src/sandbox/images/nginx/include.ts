import type {ProgramFiles} from '../../../model/index.ts';
import {ConfigError, type Directive} from './syntax.ts';

export type IncludeFiles = Pick<ProgramFiles, 'readText' | 'exists' | 'list'>;

/** The files that an `include` names, in order of name. A pattern with `*` may match none; a plain name must exist. */
export function resolveInclude(files: IncludeFiles, directive: Directive): readonly string[] {
  const [given = ''] = directive.args;
  const path = given.startsWith('/') ? given : `/etc/nginx/${given}`;
  if (!path.includes('*')) {
    if (files.exists(path)) return [path];
    throw new ConfigError(`open() "${path}" failed (2: No such file or directory)`, directive);
  }
  const folder = path.slice(0, path.lastIndexOf('/'));
  if (folder.includes('*'))
    throw new ConfigError('a pattern in the folder of an "include" is not available in this sandbox\'s nginx', directive);
  if (!files.exists(folder)) return [];
  const pattern = new RegExp(`^${escapePattern(path.slice(folder.length + 1)).replaceAll('\\*', '[^/]*')}$`);
  return files
    .list(folder)
    .filter((name) => pattern.test(name) && !name.startsWith('.'))
    .toSorted()
    .map((name) => `${folder}/${name}`);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
