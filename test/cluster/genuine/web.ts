import path from 'node:path';
import type {KubeClient} from '../../../src/kube/index.ts';
import {kiada} from './cli.ts';
import {makeNamespace} from './cluster.ts';

const FOLDER = path.resolve(import.meta.dirname, '../manifests');

export const WEB = path.join(FOLDER, 'web.yaml');
export const GATE = path.join(FOLDER, 'gate.yaml');

/** A namespace with the Services and pods of `web.yaml`, all ready. */
export async function deployWeb(client: KubeClient): Promise<string> {
  const namespace = await makeNamespace(client);
  const {code, stderr} = await kiada(['apply', '-n', namespace, '-f', WEB, '--wait', '--timeout', '50s']);
  if (code !== 0) throw new Error(`web.yaml is not up: ${stderr}`);
  return namespace;
}
