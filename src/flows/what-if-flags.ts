import {KiadaError} from '../errors.ts';
import type {WhatIfChanges} from '../routing/index.ts';
import {nearest} from './nearest.ts';

export interface WhatIfFlags {
  readonly set?: readonly string[] | undefined;
  readonly without?: readonly string[] | undefined;
  readonly 'with-replicas'?: number | undefined;
}

/** Fields of a Service's spec that decide where its traffic goes, with the values that the API takes; empty for any. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  internalTrafficPolicy: ['Cluster', 'Local'],
  externalTrafficPolicy: ['Cluster', 'Local'],
  sessionAffinity: ['None', 'ClientIP'],
  'sessionAffinityConfig.clientIP.timeoutSeconds': [],
  trafficDistribution: ['PreferClose', 'PreferSameZone', 'PreferSameNode', 'null'],
  publishNotReadyAddresses: ['true', 'false'],
  loadBalancerSourceRanges: [],
  externalIPs: [],
  allocateLoadBalancerNodePorts: ['true', 'false'],
  type: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
  externalName: [],
};

/** The `--what-if` options as changes; null where none is given. Throws USAGE for a field or value that would change nothing. */
export function parseWhatIf(flags: WhatIfFlags): Omit<WhatIfChanges, 'service'> | null {
  const set = Object.fromEntries((flags.set ?? []).map(parseField));
  const without = (flags.without ?? []).map(parsePod);
  const replicas = flags['with-replicas'];
  if (Object.keys(set).length === 0 && without.length === 0 && replicas === undefined) return null;
  return {
    ...(Object.keys(set).length === 0 ? {} : {set}),
    ...(without.length === 0 ? {} : {without}),
    ...(replicas === undefined ? {} : {withReplicas: replicas}),
  };
}

/** What is imagined, in words: `internalTrafficPolicy=Local`, `without pod/quote-001`, `2 replicas`. */
export function whatIfText(changes: Omit<WhatIfChanges, 'service'>): readonly string[] {
  return [
    ...Object.entries(changes.set ?? {}).map(([field, value]) => `${field}=${value}`),
    ...(changes.without ?? []).map((pod) => `without pod/${pod}`),
    ...(changes.withReplicas === undefined ? [] : [`${changes.withReplicas} ${changes.withReplicas === 1 ? 'replica' : 'replicas'}`]),
  ];
}

function parseField(text: string): [string, string] {
  const match = /^(?:spec\.)?([A-Za-z][A-Za-z0-9.]*)=(.*)$/s.exec(text);
  const [, field = '', value = ''] = match ?? [];
  if (field.startsWith('selector.')) return [field, value];
  const values = FIELDS[field];
  if (values === undefined) {
    const near = nearest(field, Object.keys(FIELDS));
    throw new KiadaError('USAGE', `--set ${text}: that is no field of a Service that decides where its traffic goes`, {
      hint: near ? `Did you mean: ${near}=${value}` : `Write FIELD=VALUE with one of: ${Object.keys(FIELDS).join(', ')}, selector.LABEL`,
    });
  }
  if (values.length === 0 || values.includes(value)) return [field, value];
  throw new KiadaError('USAGE', `--set ${text}: ${field} cannot be "${value}"`, {hint: `It can be: ${values.join(', ')}`});
}

function parsePod(text: string): string {
  const match = /^(?:(?:pods?|po)\/)?([a-z0-9][-a-z0-9.]*)$/.exec(text);
  if (match) return match[1] as string;
  throw new KiadaError('USAGE', `--without takes a pod, not "${text}"`, {hint: 'Write it like --without pod/quote-001.'});
}
