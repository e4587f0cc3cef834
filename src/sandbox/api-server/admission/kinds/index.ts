import type {KubernetesObject} from '../../../../model/index.ts';
import type {ResourceInfo} from '../../schema/index.ts';
import {podRules} from '../pod/rules.ts';
import {serviceRules} from '../service/rules.ts';
import type {KindRules} from '../types.ts';
import {namespaceRules, nodeRules} from './cluster.ts';
import {configMapRules, secretRules} from './config.ts';
import {endpointSliceRules} from './endpoint-slice.ts';
import {endpointsRules} from './endpoints.ts';
import {cronJobRules, jobRules} from './job.ts';
import {autoscalerRules, bindingRules, counted, networkPolicyRules, pathNamed, storageClassRules} from './others.ts';
import {claimRules, volumeRules} from './volumes.ts';
import {daemonSetRules, deploymentRules, replicaSetRules, statefulSetRules} from './workloads.ts';

/** What is special about the kind of a resource. */
export function kindRules({group, kind}: Pick<ResourceInfo, 'group' | 'kind'>): KindRules {
  return RULES.get(group === '' ? kind : `${group}/${kind}`) ?? {};
}

/** Rules of one kind where those of any kind are wanted: `kindRules` is what keeps the two together. */
function rulesFor<Kind extends KubernetesObject>(rules: KindRules<Kind>): KindRules {
  return rules as unknown as KindRules;
}

const RULES = new Map<string, KindRules>([
  ['ConfigMap', rulesFor(configMapRules)],
  ['Endpoints', rulesFor(endpointsRules)],
  ['Namespace', rulesFor(namespaceRules)],
  ['Node', rulesFor(nodeRules)],
  ['PersistentVolume', rulesFor(volumeRules)],
  ['PersistentVolumeClaim', rulesFor(claimRules)],
  ['Pod', rulesFor(podRules)],
  ['ReplicationController', counted],
  ['Secret', rulesFor(secretRules)],
  ['Service', rulesFor(serviceRules)],
  ['apps/DaemonSet', rulesFor(daemonSetRules)],
  ['apps/Deployment', rulesFor(deploymentRules)],
  ['apps/ReplicaSet', rulesFor(replicaSetRules)],
  ['apps/StatefulSet', rulesFor(statefulSetRules)],
  ['autoscaling/HorizontalPodAutoscaler', autoscalerRules],
  ['batch/CronJob', rulesFor(cronJobRules)],
  ['batch/Job', rulesFor(jobRules)],
  ['discovery.k8s.io/EndpointSlice', rulesFor(endpointSliceRules)],
  ['networking.k8s.io/Ingress', counted],
  ['networking.k8s.io/IngressClass', counted],
  ['networking.k8s.io/NetworkPolicy', networkPolicyRules],
  ['policy/PodDisruptionBudget', counted],
  ['rbac.authorization.k8s.io/ClusterRole', pathNamed],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', bindingRules],
  ['rbac.authorization.k8s.io/Role', pathNamed],
  ['rbac.authorization.k8s.io/RoleBinding', bindingRules],
  ['storage.k8s.io/StorageClass', storageClassRules],
]);
