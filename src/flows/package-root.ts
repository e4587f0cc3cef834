import {existsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/** The folder of the installed package, wherever this module was bundled to. */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'oclif.manifest.json')) && !existsSync(path.join(folder, 'package.json')))
    folder = path.dirname(folder);
  return folder;
}

/** Whether Node runs the sources themselves (in a checkout, by `bin/dev.js`) and not a build of them. */
export function runsFromSources(): boolean {
  return import.meta.url.endsWith('.ts');
}
