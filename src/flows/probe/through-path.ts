import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../../errors.ts';
import type {ClusterView, Path, ProbeTargetResult, Route, Vantage} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import {pickServices, readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';
import {defaultVantage, requireVantage, vantageText} from '../vantage.ts';
import {verdictOf} from './min-ready.ts';
import {type PathOutcome, probePath} from './probe-path.ts';
import type {ProbeTarget} from './probe-target.ts';
import type {ProbeOptions} from './run-probe.ts';

const TIMEOUT_MS = 3000;

/** Connections along one way into a Service, from a vantage: each must succeed. */
export async function probeThroughPath(
  source: ClusterSource,
  reach: Reach,
  text: string,
  target: Extract<ProbeTarget, {kind: 'service'}>,
  options: ProbeOptions & {readonly via: Path},
): Promise<ProbeTargetResult> {
  const {parseVantage, route} = await import('../../routing/index.ts');
  const {view} = await readView(source, {namespace: options.namespace, services: [target.name], pods: true, nodes: true, events: false});
  pickServices(view, options.namespace, [target.name]);
  const service = {namespace: options.namespace, name: target.name};
  const inside = options.via === 'clusterip' || options.via === 'headless';
  const from: Vantage =
    options.from !== null ? parseVantage(options.from, options.namespace) : inside ? defaultVantage(view, service) : {kind: 'Outside'};
  requireVantage(view, from);
  const question = {service, from, via: options.via, ...(options.entry === null ? {} : {entryNode: options.entry}), ...portOf(target.port)};
  const routes = route(view, question).filter((found) => found.address !== null && found.port !== null);
  const [chosen] = routes;
  if (chosen === undefined) throw new KiadaError('NOT_FOUND', `Service "${target.name}" has no path ${options.via}`);
  const why = reach.whyNot(from);
  if (why !== null)
    return {...rowsOf(text, view, chosen, [], options, vantageText(from)), verdict: 'unknown', unknown: [{what: text, why}]};
  return rowsOf(text, view, chosen, await attempts(reach, from, chosen, options), options, vantageText(from));
}

function portOf(port: string | null): {port?: number | string} {
  return port === null ? {} : {port: /^\d+$/.test(port) ? Number(port) : port};
}

async function attempts(reach: Reach, from: Vantage, route: Route, options: ProbeOptions): Promise<readonly PathOutcome[]> {
  const outcomes: PathOutcome[] = [];
  await reach.prepare(from);
  for (let attempt = 0; attempt < options.count; attempt++) {
    if (attempt > 0) await delay(options.intervalMs);
    const outcome = await probePath(reach.dialFrom(from), {
      host: route.address ?? '',
      port: route.port ?? 0,
      http: options.tcp ? null : (options.http ?? null),
      expectStatus: options.expectStatus,
      expectBody: options.expectBody,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    });
    outcomes.push(outcome);
    if (options.failFast && outcome.outcome.outcome === 'failure') break;
  }
  return outcomes;
}

function rowsOf(
  target: string,
  view: ClusterView,
  route: Route,
  outcomes: readonly PathOutcome[],
  options: ProbeOptions,
  from: string,
): ProbeTargetResult {
  const endpoints = outcomes.map(({outcome, endpoint}) => {
    const known = endpoint === null ? undefined : route.endpoints.find((candidate) => candidate.address === endpoint.address);
    return {
      address: endpoint?.address ?? route.address ?? '',
      port: endpoint?.port ?? route.port,
      pod: known?.pod ?? podAt(view, endpoint?.address),
      apiReady: known !== undefined,
      probe: outcome,
      agree: outcome.outcome === 'unknown' ? null : (route.verdict === 'forward') === (outcome.outcome === 'success'),
    };
  });
  const healthy = endpoints.filter((row) => row.probe.outcome === 'success').length;
  // through a path every attempt must succeed: a Service that answers now and then is not healthy
  const verdict = verdictOf({healthy, unknown: 0, total: Math.max(1, endpoints.length)}, (total) => total);
  return {target, verdict, ready: healthy, total: endpoints.length, via: options.via, from, endpoints, findings: [], unknown: []};
}

function podAt(view: ClusterView, address: string | undefined): string | null {
  const key = address === undefined ? undefined : view.podsByIP.get(address)?.[0];
  return key === undefined ? null : (key.split('/')[1] ?? null);
}

/** A URL, asked from this machine. */
export async function probeUrl(target: string, url: URL, options: ProbeOptions): Promise<ProbeTargetResult> {
  if (url.protocol === 'https:')
    throw new KiadaError('USAGE', 'https URLs cannot be probed yet', {hint: 'Probe the plain port, or the Service itself.'});
  const {dialDirect} = await import('../../vantage/index.ts');
  const outcomes: PathOutcome[] = [];
  for (let attempt = 0; attempt < options.count; attempt++) {
    if (attempt > 0) await delay(options.intervalMs);
    const request = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 80),
      http: `${url.pathname}${url.search}`,
      expectStatus: options.expectStatus,
      expectBody: options.expectBody,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    };
    outcomes.push(await probePath(dialDirect(), request));
  }
  const endpoints = outcomes.map(({outcome}) => ({
    address: url.hostname,
    port: Number(url.port || 80),
    pod: null,
    apiReady: false,
    probe: outcome,
    agree: null,
  }));
  const healthy = endpoints.filter((row) => row.probe.outcome === 'success').length;
  return {
    target,
    verdict: healthy === endpoints.length ? 'healthy' : 'unhealthy',
    ready: healthy,
    total: endpoints.length,
    via: null,
    from: 'outside',
    endpoints,
    findings: [],
    unknown: [],
  };
}
