import type {KubeClient} from '../kube/index.ts';
import type {SandboxStatusResult} from '../model/index.ts';

/** What a running sandbox tells about itself over its API. */
export type SandboxDoor = Omit<SandboxStatusResult, 'name' | 'context' | 'kubeconfig' | 'running'> & {readonly name: string};

/** The sandbox behind a client, or null where the API server is another's. */
export async function sandboxDoor(client: KubeClient): Promise<SandboxDoor | null> {
  const {ApiRefusal} = await import('../kube/index.ts');
  try {
    const body = await client.get('/kiada/v1/status');
    return typeof body === 'object' && body !== null && 'socks5' in body ? (body as SandboxDoor) : null;
  } catch (error) {
    if (error instanceof ApiRefusal) return null; // a real API server has no such path, or hides it
    throw error;
  }
}
