import type {ConnectionObservation, HealthCheckObservation, Path, Route, Service, ServicePort, Vantage} from '../../model/index.ts';
import {defaultVantage, vantageText} from '../vantage.ts';
import {type Attempt, openTo, tryConnections} from './connect.ts';
import type {Place} from './place.ts';
import {exchange, spokenIn} from './spoken.ts';

/** With so many attempts per endpoint, one that always fails is hardly ever missed. */
const TRIES_PER_ENDPOINT = 4;
const MOST_TRIES = 12;
const MOST_NODES = 8;

/** All that a kube-proxy answers; a web proxy on the way there has answers of its own. */
const PROXY_ANSWERS: readonly number[] = [200, 503];
const OUTSIDE: Vantage = {kind: 'Outside'};

/** Connections along the Service's own paths: only where the objects say that they are forwarded, so that a failure is a surprise. */
export async function observePaths(
  place: Place,
  service: Service,
  endpoints: readonly ConnectionObservation[],
): Promise<readonly ConnectionObservation[]> {
  if (service.headless || service.type === 'ExternalName') return [];
  const inside = place.from ?? defaultVantage(place.view, service);
  // where no endpoint of a port answers, no path to it can
  const open = new Set(endpoints.flatMap(({to, outcome, port}) => (to === 'endpoint' && outcome === 'connected' ? [port] : [])));
  const ports = service.ports.filter((port) => port.protocol === 'TCP' && open.has(port.port));
  const tried = await Promise.all(
    ports.map(async (port) => [
      ...(await alongPath(place, service, port, 'clusterip', inside)),
      ...(await selfCalls(place, service, port)),
      ...(await alongPath(place, service, port, 'nodeport', OUTSIDE)),
      ...(await alongPath(place, service, port, 'loadbalancer', OUTSIDE)),
    ]),
  );
  return tried.flat();
}

async function alongPath(
  place: Place,
  service: Service,
  port: ServicePort,
  via: Path,
  from: Vantage,
  tries: (route: Route) => number = () => 1,
): Promise<readonly ConnectionObservation[]> {
  const {route} = await import('../../routing/index.ts');
  const routes = route(place.view, {service, from, via, port: port.port}).filter(
    (found) => found.verdict === 'forward' && found.address !== null && found.protocol === 'TCP',
  );
  const places = [...new Map(routes.map((found) => [`${found.address} ${found.port}`, found])).values()].slice(0, MOST_NODES);
  if (places.length === 0) return [];
  const why = place.reach.whyNot(from);
  if (why !== null) {
    place.note({what: `the path ${via} from ${vantageText(from)}`, why});
    return [];
  }
  return Promise.all(
    places.map((found) => {
      const attempt: Attempt = {
        port,
        to: via,
        from,
        address: found.address ?? '',
        dialed: found.port ?? 0,
        pod: null,
        attempts: tries(found),
      };
      return tryConnections(place, service, attempt);
    }),
  );
}

/** From one of the Service's own pods: some of these connections come back to it. */
async function selfCalls(place: Place, service: Service, port: ServicePort): Promise<readonly ConnectionObservation[]> {
  const {endpointStatuses} = await import('../../endpoints/index.ts');
  const own = endpointStatuses(place.view, service).find((endpoint) => endpoint.ready && endpoint.pod !== null);
  if (own?.pod === undefined || own.pod === null || place.from !== null) return [];
  const from: Vantage = {kind: 'Pod', namespace: service.namespace, name: own.pod};
  if (place.reach.whyNot(from) !== null) return []; // the path itself is noted already
  const tries = ({endpoints}: Route) => Math.min(MOST_TRIES, TRIES_PER_ENDPOINT * endpoints.length);
  return alongPath(place, service, port, 'clusterip', from, tries);
}

/** What each node answers at the health check node port, asked from the vantage that is named, else from this machine, or in a sandbox from the node. */
export async function observeHealthChecks(place: Place, service: Service): Promise<readonly HealthCheckObservation[]> {
  const {healthCheck} = await import('../../routing/index.ts');
  const nodes = [...place.view.nodes.values()].slice(0, MOST_NODES);
  const asked = nodes.map(async (node): Promise<readonly HealthCheckObservation[]> => {
    const port = healthCheck(place.view, service, node.name)?.port ?? null;
    const address = node.internalIPs[0];
    const [own] = service.ports;
    if (port === null || address === undefined || own === undefined) return [];
    const from: Vantage = place.reach.sandbox === null ? (place.from ?? OUTSIDE) : {kind: 'Node', name: node.name};
    const attempt: Attempt = {port: own, to: 'nodeport', from, address, dialed: port, pod: null};
    const status = await statusAt(place, attempt);
    if (status === null || !PROXY_ANSWERS.includes(status)) {
      const why = status === null ? 'it gives no answer to' : `another server than a proxy of Services answers (HTTP ${status})`;
      place.note({what: `the health check node port ${port} of ${node.name}`, why: `${why} ${vantageText(from)}`});
      return [];
    }
    const name = {namespace: service.namespace, name: service.name};
    return [{kind: 'health-check', service: name, from: vantageText(from), node: node.name, status}];
  });
  return (await Promise.all(asked)).flat();
}

async function statusAt(place: Place, attempt: Attempt): Promise<number | null> {
  try {
    const request = Buffer.from(`GET /healthz HTTP/1.1\r\nHost: ${attempt.address}\r\nConnection: close\r\n\r\n`);
    return spokenIn(await exchange(await openTo(place, attempt), request, place.timeoutMs)).status;
  } catch {
    return null; // told as unknown: a port that cannot be reached from here proves nothing
  }
}
