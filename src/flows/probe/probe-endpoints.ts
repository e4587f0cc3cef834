import {KiadaError} from '../../errors.ts';
import type {ClusterView, EndpointStatus, Pod, ProbeOutcome, ProbeTargetResult, Unknown, Vantage} from '../../model/index.ts';
import {nearestFew} from '../nearest.ts';
import type {Reach} from '../reach.ts';
import {pickServices, readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';
import {parseMinReady, verdictOf} from './min-ready.ts';
import {probePod} from './probe-pod.ts';
import type {ProbeTarget} from './probe-target.ts';
import type {ProbeOptions} from './run-probe.ts';

type Row = ProbeTargetResult['endpoints'][number];

/** A Service by its endpoints: what the API says of each, and one execution of its declared probe. */
export async function probeService(
  source: ClusterSource,
  reach: Reach,
  text: string,
  target: Extract<ProbeTarget, {kind: 'service'}>,
  options: ProbeOptions,
): Promise<ProbeTargetResult> {
  const {endpointStatuses} = await import('../../endpoints/index.ts');
  const {view, unknown} = await readView(source, {
    namespace: options.namespace,
    services: [target.name],
    pods: true,
    nodes: false,
    events: false,
  });
  const [service] = pickServices(view, options.namespace, [target.name]);
  if (service === undefined || service.type === 'ExternalName') {
    return {
      ...summary(text, [], options),
      verdict: 'unknown',
      unknown: [{what: text, why: 'an ExternalName Service has no endpoints: DNS sends its callers elsewhere'}],
    };
  }
  if (target.port !== null && !service.ports.some((port) => port.name === target.port || String(port.port) === target.port)) {
    const ports = service.ports.map((port) => port.name || String(port.port)).join(', ');
    throw new KiadaError('NOT_FOUND', `Service "${target.name}" has no port ${target.port}`, {hint: `It has: ${ports || 'none'}`});
  }
  const name = service.ports.find((port) => port.name === target.port || String(port.port) === target.port)?.name ?? null;
  const rows = await Promise.all(
    endpointStatuses(view, service).map((endpoint) => endpointRow(source, reach, view, endpoint, name, options)),
  );
  return {...summary(text, rows, options), unknown};
}

async function endpointRow(
  source: ClusterSource,
  reach: Reach,
  view: ClusterView,
  endpoint: EndpointStatus,
  portName: string | null,
  options: ProbeOptions,
): Promise<Row> {
  const port = (endpoint.ports.find((entry) => (entry.name ?? '') === portName) ?? endpoint.ports[0])?.port ?? null;
  const pod = endpoint.pod === null ? undefined : view.pods.get(`${endpoint.service.namespace}/${endpoint.pod}`);
  const probe =
    pod === undefined ? await bareProbe(reach, endpoint.address, port, options.at) : await probePod(source, reach, pod, port, options);
  return {address: endpoint.address, port, pod: endpoint.pod, apiReady: endpoint.ready, probe, agree: agreement(endpoint.ready, probe)};
}

/** Endpoints by hand have no pod: a TCP connect, from the vantage that is named or any node, is all that can be tried. */
async function bareProbe(reach: Reach, address: string, port: number | null, at: Vantage | null): Promise<ProbeOutcome> {
  const nothing = (detail: string): ProbeOutcome => ({kind: 'tcpSocket', outcome: 'unknown', detail, durationMs: 0});
  if (port === null) return nothing('the endpoint names no port');
  const from = at ?? {kind: 'Node', name: reach.sandbox?.nodes[0]?.name ?? ''};
  if (reach.whyNot(from) !== null) return nothing('it has no pod, and this machine is no place inside the cluster');
  await reach.prepare(from);
  const {probePath} = await import('./probe-path.ts');
  const request = {host: address, port, http: null, expectStatus: null, expectBody: null, timeoutMs: 2000};
  return (await probePath(reach.dialFrom(from), request)).outcome;
}

/** Whether the API's word and the probe say the same; null where the probe could not tell. */
function agreement(apiReady: boolean, probe: ProbeOutcome): boolean | null {
  return probe.outcome === 'unknown' ? null : apiReady === (probe.outcome === 'success');
}

/** A pod, or all pods of a workload. */
export async function probeWorkload(
  source: ClusterSource,
  reach: Reach,
  text: string,
  target: Extract<ProbeTarget, {kind: 'pod' | 'workload'}>,
  options: ProbeOptions,
): Promise<ProbeTargetResult> {
  const {view, unknown, objects} = await readPods(source, target, options.namespace);
  const pods = await podsOf(view, objects, target, options.namespace);
  const port = target.port !== null && /^\d+$/.test(target.port) ? Number(target.port) : null;
  const rows = await Promise.all(
    pods.map(async (pod): Promise<Row> => {
      const probe = await probePod(source, reach, pod, port, options);
      return {address: pod.ips[0] ?? '', port, pod: pod.name, apiReady: pod.ready, probe, agree: agreement(pod.ready, probe)};
    }),
  );
  return {...summary(text, rows, options), unknown};
}

async function readPods(source: ClusterSource, target: Extract<ProbeTarget, {kind: 'pod' | 'workload'}>, namespace: string) {
  const {viewOf} = await import('../../routing/index.ts');
  const workloads = target.kind === 'workload' ? [{resource: target.resource as 'deployments', namespace}] : [];
  const {objects, unknown} = await source.read([{resource: 'pods', namespace}, ...workloads]);
  return {view: viewOf(objects), objects, unknown};
}

async function podsOf(
  view: ClusterView,
  objects: readonly {kind?: string; metadata?: {name?: string}}[],
  target: {kind: string; name: string; resource: string},
  namespace: string,
): Promise<readonly Pod[]> {
  const pods = [...view.pods.values()];
  if (target.kind === 'pod') {
    const pod = pods.find((candidate) => candidate.name === target.name);
    if (pod !== undefined) return [pod];
    throw missing(
      'pod',
      target.name,
      namespace,
      pods.map((candidate) => candidate.name),
    );
  }
  const workloads = objects.filter((object) => object.kind !== 'Pod');
  const workload = workloads.find((object) => object.metadata?.name === target.name) as {spec?: {selector?: unknown}} | undefined;
  if (workload === undefined)
    throw missing(
      target.resource.replace(/s$/, ''),
      target.name,
      namespace,
      workloads.map((object) => object.metadata?.name ?? ''),
    );
  const {matchesLabelSelector} = await import('../../endpoints/index.ts');
  return pods.filter((pod) => matchesLabelSelector(workload.spec?.selector, pod.labels));
}

function missing(kind: string, name: string, namespace: string, names: readonly string[]): KiadaError {
  const near = nearestFew(name, names, 3);
  return new KiadaError(
    'NOT_FOUND',
    `there is no ${kind} "${name}" in namespace "${namespace}"`,
    near.length > 0 ? {hint: `Did you mean: ${near.join(', ')}`} : {},
  );
}

/** The verdict over the rows: an endpoint is healthy when the API calls it ready and its probe succeeds. */
function summary(target: string, rows: readonly Row[], options: ProbeOptions): ProbeTargetResult {
  const healthy = rows.filter((row) => row.apiReady && row.probe.outcome === 'success').length;
  const unknownRows = rows.filter((row) => row.apiReady && row.probe.outcome === 'unknown').length;
  const verdict = verdictOf({healthy, unknown: unknownRows, total: rows.length}, parseMinReady(options.minReady));
  const unknown: readonly Unknown[] = [];
  return {target, verdict, ready: healthy, total: rows.length, via: null, from: options.from, endpoints: rows, findings: [], unknown};
}
