import type {ConnectionObservation, EndpointStatus, Pod, Service, ServicePort, Vantage} from '../../model/index.ts';
import {type Attempt, openTo, tryConnections} from './connect.ts';
import {insidePod} from './inside-pod.ts';
import type {Place} from './place.ts';
import {spokenAt} from './spoken.ts';

/** So many endpoints of a Service are tried at most, and so many other ports of a pod. */
const MOST_ENDPOINTS = 8;
const MOST_PORTS = 5;

/**
 * Connections to the endpoints themselves, each from its own node, as the kubelet connects: whether the target port answers and what it
 * speaks; where it refuses, whether another port does, or the pod's loopback.
 */
export async function observeEndpoints(place: Place, service: Service): Promise<readonly ConnectionObservation[]> {
  const {endpointStatuses} = await import('../../endpoints/index.ts');
  const all = endpointStatuses(place.view, service).filter((endpoint) => !endpoint.terminating);
  const ready = all.filter((endpoint) => endpoint.ready);
  // where none is ready, what those that are not answer is the more telling
  const chosen = (ready.length > 0 ? ready : all).slice(0, MOST_ENDPOINTS);
  const left = (ready.length > 0 ? ready : all).length - chosen.length;
  if (left > 0) place.note({what: `${left} more endpoints`, why: `${MOST_ENDPOINTS} of a Service are tried`});
  const ports = service.ports.filter((port) => port.protocol === 'TCP');
  const tried = chosen.flatMap((endpoint) => ports.map((port) => observeEndpoint(place, service, endpoint, port)));
  return (await Promise.all(tried)).flat();
}

async function observeEndpoint(
  place: Place,
  service: Service,
  endpoint: EndpointStatus,
  port: ServicePort,
): Promise<readonly ConnectionObservation[]> {
  const dialed = endpoint.ports.find((own) => (own.name ?? '') === port.name && own.protocol === port.protocol)?.port ?? null;
  if (dialed === null) return []; // an unresolved name is a finding of its own
  const pod = endpoint.pod === null ? null : (place.view.pods.get(`${service.namespace}/${endpoint.pod}`) ?? null);
  const from = vantageFor(place, endpoint);
  const attempt: Attempt = {port, to: 'endpoint', from, address: endpoint.address, dialed, pod: endpoint.pod};
  const why = place.reach.whyNot(from);
  const first = why === null ? await tryConnections(place, service, attempt) : await throughApi(place, service, attempt, pod, why);
  if (first === null) return [];
  if (first.outcome === 'connected') return [why === null ? await withSpoken(place, service, attempt, first) : first];
  if (pod === null || first.outcome === 'unanswered') return [first];
  return [first, ...(await otherPorts(place, service, attempt, pod, why)), ...(await insidePod(place, service, attempt, pod))];
}

/** An endpoint without a node is tried from any. */
function vantageFor(place: Place, endpoint: EndpointStatus): Vantage {
  if (place.from !== null) return place.from;
  return {kind: 'Node', name: endpoint.node ?? place.reach.sandbox?.nodes[0]?.name ?? [...place.view.nodes.keys()][0] ?? ''};
}

async function withSpoken(
  place: Place,
  service: Service,
  attempt: Attempt,
  observation: ConnectionObservation,
): Promise<ConnectionObservation> {
  const {expectedProtocol} = await import('../../findings/index.ts');
  const expected = expectedProtocol(attempt.port);
  if (expected === null) return observation;
  try {
    return {...observation, speaks: await spokenAt(() => openTo(place, attempt), service.name, expected, place.timeoutMs)};
  } catch {
    return observation; // it answered a moment ago and does not now: what it speaks stays open
  }
}

async function otherPorts(
  place: Place,
  service: Service,
  attempt: Attempt,
  pod: Pod,
  why: string | null,
): Promise<readonly ConnectionObservation[]> {
  const containers = pod.containers.filter((container) => !container.init || container.sidecar);
  const declared = containers.flatMap(({ports}) => ports.flatMap((port) => (port.protocol === 'TCP' ? [port.containerPort] : [])));
  const others = [...new Set(declared)].filter((number) => number !== attempt.dialed).slice(0, MOST_PORTS);
  const tried = others.map((dialed) => {
    const other: Attempt = {...attempt, to: 'declared-port', dialed};
    return why === null ? tryConnections(place, service, other) : throughApi(place, service, other, pod, why);
  });
  return (await Promise.all(tried)).filter((observation) => observation !== null);
}

/** The proxy speaks HTTP and nothing else: of other servers its failure would prove nothing. */
async function speaksHttp({port, dialed}: Attempt, pod: Pod): Promise<boolean> {
  const [{expectedProtocol}, {declaredProbes}, {resolvePort}] = await Promise.all([
    import('../../findings/index.ts'),
    import('../probe/declared-probe.ts'),
    import('../../probe/index.ts'),
  ]);
  if (expectedProtocol(port)?.allowed[0] === 'http') return true;
  return declaredProbes(pod, 'readinessProbe', null).some(({spec, ports}) => {
    return spec.httpGet !== undefined && resolvePort(spec.httpGet.port, ports) === dialed;
  });
}

/** In a real cluster where nothing of ours runs: the API server's proxy, which proves the pod where that speaks HTTP. */
async function throughApi(
  place: Place,
  service: Service,
  attempt: Attempt,
  pod: Pod | null,
  why: string,
): Promise<ConnectionObservation | null> {
  const unknown = (reason: string, at = '') => {
    place.note({what: `port ${attempt.port.name || attempt.port.port} of ${attempt.pod ?? attempt.address}${at}`, why: reason});
    return null;
  };
  if (pod === null || !(await speaksHttp(attempt, pod))) return unknown(why);
  // it goes by the pod's name, and so to its first address
  if (pod.ips[0] !== attempt.address) return unknown(why, ` at ${attempt.address}`);
  const {askByApiProxy} = await import('../probe/api-proxy-probe.ts');
  const answer = await askByApiProxy(place.source.client, pod, attempt.dialed, place.timeoutMs);
  if (answer.outcome === 'unknown') return unknown(`${answer.detail}, and ${why}`);
  const failed = answer.outcome === 'failed';
  return {
    kind: 'connection',
    service: {namespace: service.namespace, name: service.name},
    from: 'the API server',
    port: attempt.port.port,
    to: attempt.to,
    address: attempt.address,
    dialed: attempt.dialed,
    pod: attempt.pod,
    outcome: answer.outcome,
    detail: answer.detail,
    attempts: 1,
    failures: failed ? 1 : 0,
    speaks: null,
  };
}
