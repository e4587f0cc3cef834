import {readFileSync} from 'node:fs';
import path from 'node:path';
import {Config} from '@oclif/core';
import {packageRoot, runsFromSources} from '../flows/package-root.ts';

/** oclif's configuration of this package: commands from the build and its manifest, or from the sources where those run. */
export async function loadConfig(): Promise<Config> {
  const root = packageRoot();
  if (!runsFromSources()) return Config.load({root});
  const pjson = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {oclif: object};
  const commands = {strategy: 'pattern', target: './src/commands', globPatterns: ['**/*.ts']};
  return Config.load({root, pjson: {...pjson, oclif: {...pjson.oclif, commands}} as never, ignoreManifest: true});
}
