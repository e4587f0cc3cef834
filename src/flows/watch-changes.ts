import type {ResourceName} from '../kube/index.ts';
import type {ClusterSource} from './source.ts';

/** How long further changes are gathered before one is told: a rollout makes many at once. */
const QUIET_MS = 50;

/** Tells that something among these collections changed, several changes at a time, until the process is interrupted. */
export async function* changesOf(
  source: ClusterSource,
  resources: readonly ResourceName[],
  namespace: string | null,
): AsyncGenerator<void> {
  const {watchObjects} = await import('../kube/index.ts');
  const controller = new AbortController();
  let wake: (() => void) | null = null;
  let dirty = false;
  let failure: unknown = null;
  const notice = () => {
    dirty = true;
    wake?.();
  };
  const follow = async (resource: ResourceName) => {
    let live = false;
    for await (const event of watchObjects(source.client, {resource, namespace}, controller.signal)) {
      if (event.type === 'synced') live = true;
      else if (live) notice();
    }
  };
  for (const resource of resources) {
    follow(resource).catch((error: unknown) => {
      failure = error;
      notice();
    });
  }
  try {
    for (;;) {
      if (!dirty) await new Promise<void>((resolve) => (wake = resolve));
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      if (failure !== null) throw failure;
      dirty = false;
      yield;
    }
  } finally {
    controller.abort();
  }
}
