import {KiadaError} from '../../errors.ts';

/** What is probed. */
export type ProbeTarget =
  | {readonly kind: 'service'; readonly name: string; readonly port: string | null}
  | {readonly kind: 'pod' | 'workload'; readonly resource: string; readonly name: string; readonly port: string | null}
  | {readonly kind: 'url'; readonly url: URL};

const KINDS: Readonly<Record<string, string>> = {
  svc: 'service',
  service: 'service',
  services: 'service',
  po: 'pod',
  pod: 'pod',
  pods: 'pod',
  deploy: 'deployments',
  deployment: 'deployments',
  deployments: 'deployments',
  sts: 'statefulsets',
  statefulset: 'statefulsets',
  statefulsets: 'statefulsets',
  ds: 'daemonsets',
  daemonset: 'daemonsets',
  daemonsets: 'daemonsets',
};

/** Parses `svc/quote:http`, `pod/kiada-001`, `deploy/web`, `http://…`; a bare name is a Service. Throws USAGE for anything else. */
export function parseTarget(text: string): ProbeTarget {
  if (/^https?:\/\//.test(text)) return {kind: 'url', url: parseUrl(text)};
  const match = /^(?:([A-Za-z]+)\/)?([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)(?::([a-z0-9-]+))?$/.exec(text);
  const resource = KINDS[(match?.[1] ?? 'svc').toLowerCase()];
  const name = match?.[2];
  if (!match || name === undefined || resource === undefined) {
    throw new KiadaError('USAGE', `"${text}" is no target`, {hint: 'Write svc/NAME[:PORT], pod/NAME, deploy/NAME or a URL.'});
  }
  const port = match[3] ?? null;
  if (resource === 'service') return {kind: 'service', name, port};
  return {kind: resource === 'pod' ? 'pod' : 'workload', resource, name, port};
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    throw new KiadaError('USAGE', `"${text}" is no URL`, {cause: error});
  }
}
