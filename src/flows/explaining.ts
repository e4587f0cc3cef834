import type {ResourceName} from '../kube/index.ts';

/** What explains Services and leads to them: workloads, Ingresses, policies, and the Gateway API's routes where a cluster has those. */
export const EXPLAINING: readonly ResourceName[] = [
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'ingresses',
  'networkpolicies',
  'httproutes',
  'grpcroutes',
];
