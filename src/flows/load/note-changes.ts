import type {EndpointChange} from '../../model/index.ts';
import type {ClusterSource} from '../source.ts';
import {watchEndpoints} from '../watch-endpoints.ts';

/** The changes of a Service's endpoints while something else happens. */
export interface NotedChanges {
  readonly changes: readonly EndpointChange[];
  /** Stops following; resolves when the last change is noted. */
  end(): Promise<void>;
}

/** A cluster that does not let itself be watched must not hold up the load for longer. */
const SYNC_LIMIT_MS = 2_000;

/** Follows the endpoints from now on; resolves once the present state is known, or when that takes too long. */
export async function noteChanges(
  source: ClusterSource,
  service: {readonly namespace: string; readonly name: string},
): Promise<NotedChanges> {
  const changes: EndpointChange[] = [];
  const watching = new AbortController();
  const synced = Promise.withResolvers<void>();
  const follow = async (): Promise<void> => {
    let isSynced = false;
    const options = {namespace: service.namespace, services: [service.name], signal: watching.signal};
    for await (const change of watchEndpoints(source, options)) {
      if (isSynced && change.endpoint !== null) changes.push(change);
      if (change.type === 'synced') {
        isSynced = true;
        synced.resolve();
      }
    }
  };
  const ended = follow().catch(() => {
    // without the right to watch, the run is told without its time line of changes: that must not fail the load
  });
  const limit = setTimeout(synced.resolve, SYNC_LIMIT_MS);
  await Promise.race([synced.promise, ended]);
  clearTimeout(limit);
  return {
    changes,
    end: async () => {
      watching.abort();
      await ended;
    },
  };
}
