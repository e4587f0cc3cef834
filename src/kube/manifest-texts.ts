import {existsSync, globSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {KiadaError} from '../errors.ts';
import {readStdin} from './stdin.ts';

/** The text of one file, under the name that the user gave or would write. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];
/** A manifest beyond this is no manifest: the API takes 3 MiB a request. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The texts behind `-f PATH…`: files, folders, loopback URLs and `-`. Throws INVALID_MANIFEST for what cannot be read. */
export async function textsOf(paths: readonly string[], recursive: boolean): Promise<readonly ManifestText[]> {
  const texts: ManifestText[] = [];
  for (const given of paths) {
    if (given === '-') texts.push({file: '-', text: await readStdin()});
    else if (/^https?:\/\//.test(given)) texts.push({file: given, text: await download(given)});
    else for (const file of filesOf(given, recursive)) texts.push({file, text: readText(file)});
  }
  return texts;
}

function filesOf(given: string, recursive: boolean): readonly string[] {
  if (!existsSync(given))
    throw new KiadaError('INVALID_MANIFEST', `there is no file or folder ${given}`, {hint: 'Check the path after -f.'});
  if (!statSync(given).isDirectory()) return [given];
  const found = globSync(recursive ? '**/*' : '*', {cwd: given, withFileTypes: true})
    .filter((entry) => !entry.isDirectory() && EXTENSIONS.includes(path.extname(entry.name)))
    .map((entry) => path.join(entry.parentPath, entry.name));
  if (found.length === 0) {
    throw new KiadaError('INVALID_MANIFEST', `${given} holds no .yaml, .yml or .json file`, {
      hint: recursive ? 'Check the path after -f.' : 'Look below it too with -R.',
    });
  }
  return found.sort();
}

function readText(file: string): string {
  if (statSync(file).size > MAX_BYTES) throw new KiadaError('INVALID_MANIFEST', `${file} is larger than ${MAX_BYTES} bytes`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KiadaError('INVALID_MANIFEST', `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`, {
      hint: 'Check the right to read it.',
      cause: error,
    });
  }
}

/** Manifests are fetched from this machine only: nothing that is applied comes unseen from elsewhere. */
async function download(url: string): Promise<string> {
  const hostname = URL.canParse(url) ? new URL(url).hostname : '';
  if (!['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    throw new KiadaError('USAGE', `${url} is not on this machine: only loopback URLs are read`, {
      hint: 'Download it, read it, and name the file.',
    });
  }
  const {request} = await import('undici');
  try {
    const response = await request(url, {headersTimeout: 10_000, bodyTimeout: 10_000});
    if (response.statusCode !== 200) throw new KiadaError('INVALID_MANIFEST', `${url} answered ${response.statusCode}`);
    return await response.body.text();
  } catch (error) {
    if (error instanceof KiadaError) throw error;
    throw new KiadaError('INVALID_MANIFEST', `${url} cannot be read`, {cause: error});
  }
}
