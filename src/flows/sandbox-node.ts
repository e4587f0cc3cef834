import {KiadaError} from '../errors.ts';
import {nearest} from './nearest.ts';
import {sandboxDoor} from './sandbox-door.ts';
import type {SandboxFiles} from './sandbox-files.ts';
import {clientOf, requireRunning} from './sandbox-status.ts';

/** Stops or starts a node of a running sandbox. Throws NOT_FOUND for a node that it does not have. */
export async function actOnNode(files: SandboxFiles, node: string, action: 'stop' | 'start'): Promise<{node: string; action: string}> {
  const client = await clientOf(requireRunning(files), files.name);
  try {
    const names = ((await sandboxDoor(client))?.nodes ?? []).map((known) => known.name);
    if (!names.includes(node)) {
      const near = nearest(node, names);
      throw new KiadaError('NOT_FOUND', `the sandbox has no node "${node}"`, {
        hint: near ? `Did you mean: ${near}` : `It has: ${names.join(', ')}`,
      });
    }
    await client.send({method: 'POST', path: `/kiada/v1/nodes/${encodeURIComponent(node)}/${action}`});
    return {node, action};
  } finally {
    client.close();
  }
}
