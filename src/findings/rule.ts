import type {KubernetesObject, ObjectRef, Service, Severity} from '../model/index.ts';
import type {Facts} from './facts.ts';

/** What a rule must have read, beside Services; by the plural of the resource. */
export type Need =
  | 'endpointslices'
  | 'endpoints'
  | 'pods'
  | 'nodes'
  | 'namespaces'
  | 'deployments'
  | 'replicasets'
  | 'statefulsets'
  | 'daemonsets'
  | 'ingresses'
  | 'networkpolicies'
  | 'httproutes'
  | 'grpcroutes'
  | 'configmaps';

/** One entry of the catalogue with its analyzer. A code is never reused. */
export interface Rule {
  readonly code: string;
  readonly name: string;
  /** The worst that it may be; one finding may be milder. */
  readonly severity: Severity;
  readonly certainty: 'proven' | 'possible';
  /** Advice is given only when asked for (`minSeverity: 'info'`): it would be true of most clusters. */
  readonly advice?: boolean;
  readonly summary: string;
  readonly why: string;
  readonly remedy: string;
  readonly needs: readonly Need[];
  /** Whether it asks for status: such rules are left out for manifests. */
  readonly live: boolean;
  /** Whether it asks for what was tried (`CheckOptions.observed`): without it there is nothing to say. */
  readonly observes?: boolean;
  /** Looks at one Service. */
  readonly check?: (facts: Facts, service: Service) => Iterable<Found>;
  /** Looks once at the whole view. */
  readonly sweep?: (facts: Facts) => Iterable<Found>;
}

/** What an analyzer found; the rule says the rest. */
export interface Found {
  readonly message: string;
  readonly remedy: string;
  readonly evidence?: readonly string[];
  readonly field?: string;
  /** The Service that is checked, where absent. A sweep must say it. */
  readonly object?: ObjectRef;
  readonly severity?: Severity;
  readonly certainty?: 'proven' | 'possible';
}

/** Names an API object. */
export function refOf(object: KubernetesObject): ObjectRef {
  return {kind: object.kind ?? '', namespace: object.metadata?.namespace ?? '', name: object.metadata?.name ?? ''};
}
