import type {EndpointChange} from '../model/index.ts';
import type {ClusterSource} from './source.ts';
import {watchEndpoints} from './watch-endpoints.ts';

export interface FollowFlags {
  readonly namespace?: string | undefined;
  readonly 'all-namespaces': boolean;
  readonly until?: string | undefined;
  readonly timeout?: number | undefined;
}

/**
 * Follows endpoints and hands each change on, until the condition holds or the time is over. The exit code: 0 when the condition held or
 * there was none, 124 when the time was over first.
 */
export async function followEndpoints(
  source: ClusterSource,
  services: readonly string[],
  flags: FollowFlags,
  onChange: (change: EndpointChange) => void,
): Promise<number> {
  const stop = new AbortController();
  const timer = flags.timeout === undefined ? undefined : setTimeout(() => stop.abort(), flags.timeout);
  const namespace = flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace);
  const changes = watchEndpoints(source, {namespace, services, until: flags.until, signal: stop.signal});
  try {
    for (;;) {
      const next = await changes.next();
      if (next.done) return next.value || flags.until === undefined ? 0 : 124;
      onChange(next.value);
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}
