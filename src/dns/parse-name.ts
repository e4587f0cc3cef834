import {labelsOf} from './name.ts';

/** What a name below the cluster's zone asks for. An empty string in a field of a service request means: not asked for. */
export type NameRequest =
  | {readonly kind: 'container'}
  | {readonly kind: 'namespace'; readonly tree: Tree; readonly namespace: string}
  | ServiceRequest
  | {readonly kind: 'invalid'};

export interface ServiceRequest {
  readonly kind: 'service';
  readonly tree: Tree;
  readonly namespace: string;
  /** Name of a Service, or the dashed address of a pod in the tree `pod`. */
  readonly service: string;
  readonly endpoint: string;
  readonly port: string;
  readonly protocol: string;
}

type Tree = 'svc' | 'pod';

const CONTAINER = {kind: 'container'} as const;
const INVALID = {kind: 'invalid'} as const;

/**
 * Reads `[[_PORT._PROTOCOL | ENDPOINT].SERVICE.]NAMESPACE.svc|pod`, the part of a name before the zone, in lower case.
 * The zone itself and its `svc` and `pod` exist and hold nothing. Underscores may be missing, as in CoreDNS (plugin/kubernetes/parse.go).
 */
export function parseName(relative: string): NameRequest {
  if (relative === '' || relative === 'svc' || relative === 'pod') return CONTAINER;
  const labels = labelsOf(relative);
  const tree = labels.at(-1);
  if (tree !== 'svc' && tree !== 'pod') return INVALID;
  const namespace = labels.at(-2) ?? '';
  const service = labels.at(-3);
  if (service === undefined) return {kind: 'namespace', tree, namespace};
  const request = {kind: 'service', tree, namespace, service, endpoint: '', port: '', protocol: ''} as const;
  switch (labels.length) {
    case 3:
      return request;
    case 4:
      return {...request, endpoint: labels[0] ?? ''};
    case 5:
      return {...request, port: withoutUnderscore(labels[0] ?? ''), protocol: withoutUnderscore(labels[1] ?? '')};
    default:
      return INVALID;
  }
}

function withoutUnderscore(label: string): string {
  return label.startsWith('_') ? label.slice(1) : label;
}
