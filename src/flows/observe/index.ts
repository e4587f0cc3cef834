import {KiadaError} from '../../errors.ts';
import type {ClusterView, Observation, Service, Unknown, Vantage} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {observeEndpoints} from './endpoints.ts';
import {observeCertificates, observeDns} from './names.ts';
import {observeHealthChecks, observePaths} from './paths.ts';
import type {Place} from './place.ts';

const TIMEOUT_MS = 2000;

export interface Observed {
  readonly observations: readonly Observation[];
  /** What could not be tried, and why. */
  readonly unknown: readonly Unknown[];
}

/**
 * Tries a Service with real traffic: its endpoints, its paths, its name. A few connections and an HTTP request at most for each; nothing
 * is changed, and nothing is started in a real cluster that `reach` was not allowed to start.
 */
export async function observeService(
  source: ClusterSource,
  reach: Reach,
  view: ClusterView,
  service: Service,
  from: Vantage | null,
): Promise<Observed> {
  const unknown: Unknown[] = [];
  const place: Place = {source, reach, view, from, timeoutMs: TIMEOUT_MS, note: (entry) => unknown.push(entry)};
  for (const port of service.ports.filter(({protocol}) => protocol !== 'TCP')) {
    place.note({
      what: `port ${port.name || port.port}/${port.protocol}`,
      why: `a server of ${port.protocol} need not answer: it is not tried`,
    });
  }
  const found = await Promise.all(
    [connectionsOf, observeHealthChecks, observeDns, observeCertificates].map(async (part): Promise<readonly Observation[]> => {
      try {
        return await part(place, service);
      } catch (error) {
        if (!(error instanceof KiadaError)) throw error;
        place.note({what: `traffic to ${service.name}`, why: error.message});
        return [];
      }
    }),
  );
  return {observations: found.flat(), unknown: withoutDoubles(unknown)};
}

async function connectionsOf(place: Place, service: Service): Promise<readonly Observation[]> {
  const endpoints = await observeEndpoints(place, service);
  return [...endpoints, ...(await observePaths(place, service, endpoints))];
}

function withoutDoubles(unknown: readonly Unknown[]): readonly Unknown[] {
  return [...new Map(unknown.map((entry) => [`${entry.what}: ${entry.why}`, entry])).values()];
}
