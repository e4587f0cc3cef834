import {ApiRefusal, type KubeClient} from '../../kube/index.ts';
import type {Pod, ProbeOutcome} from '../../model/index.ts';
import {type HttpGetAction, type NamedPort, resolvePort} from '../../probe/index.ts';

/**
 * An httpGet probe through the API server's pod proxy: for clusters where nothing of ours runs. It proves the pod, not the Service, and
 * comes from the control plane, not from the pod's node. A probe that names another host cannot be asked in this way.
 */
export async function probeByApiProxy(
  client: KubeClient,
  pod: Pod,
  action: HttpGetAction,
  ports: readonly NamedPort[],
  timeoutMs: number,
): Promise<ProbeOutcome> {
  const started = performance.now();
  const done = (outcome: ProbeOutcome['outcome'], detail: string): ProbeOutcome => ({
    kind: 'httpGet',
    outcome,
    detail: `${detail} (through the API server's proxy)`,
    durationMs: Math.round((performance.now() - started) * 10) / 10,
  });
  const port = resolvePort(action.port, ports);
  if (port === null) return done('unknown', `invalid port number: ${action.port}`);
  if (action.host) return done('unknown', `the probe asks the host ${action.host}, not the pod`);
  const scheme = action.scheme?.toUpperCase() === 'HTTPS' ? 'https:' : '';
  const [file = '/', query = ''] = (action.path ?? '/').split('?');
  const path = proxyPath(pod, `${scheme}${encodeURIComponent(pod.name)}:${port}`, file);
  try {
    await client.send({path, query: Object.fromEntries(new URLSearchParams(query)), accept: '*/*', timeoutMs});
    return done('success', 'ok');
  } catch (error) {
    if (!(error instanceof ApiRefusal)) return done('failure', (error as Error).message);
    if (error.status === 403 || error.status === 401) return done('unknown', 'the right to get pods/proxy is missing');
    if (error.status >= 300 && error.status < 400) return done('success', 'ok');
    return done('failure', error.reason === 'ServiceUnavailable' ? error.message : `HTTP probe failed with statuscode: ${error.status}`);
  }
}

/**
 * Whether anything answers HTTP at a port of a pod, asked through the API server's pod proxy. `failed` tells no more than that the proxy
 * got no answer; `unknown` where it may not be asked.
 */
export async function askByApiProxy(
  client: KubeClient,
  pod: Pod,
  port: number,
  timeoutMs: number,
): Promise<{readonly outcome: 'connected' | 'failed' | 'unknown'; readonly detail: string}> {
  try {
    await client.send({path: proxyPath(pod, `${encodeURIComponent(pod.name)}:${port}`, ''), accept: '*/*', timeoutMs});
    return {outcome: 'connected', detail: 'answered'};
  } catch (error) {
    if (!(error instanceof ApiRefusal)) return {outcome: 'unknown', detail: (error as Error).message};
    if (error.reason === 'ServiceUnavailable') return {outcome: 'failed', detail: error.message};
    // the API server's own refusals have a reason; what the pod answers has none
    if (error.status === 403 || error.status === 401) return {outcome: 'unknown', detail: 'the right to get pods/proxy is missing'};
    if (error.reason !== '') return {outcome: 'unknown', detail: error.message};
    return {outcome: 'connected', detail: `answered with status ${error.status}`};
  }
}

function proxyPath(pod: Pod, place: string, file: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${place}/proxy/${file.replace(/^\//, '')}`;
}
