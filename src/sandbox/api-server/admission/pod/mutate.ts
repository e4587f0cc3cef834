import {ApiError} from '../../../api.ts';
import {isRecord} from '../rules/same.ts';
import type {AdmissionContext} from '../types.ts';
import {containersOf, type PodObject, type PodSpec, type Toleration} from './types.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** The admission plug-ins that a default API server runs on new Pods: ServiceAccount, DefaultTolerationSeconds, Priority. */
export function mutatePod(pod: PodObject, old: PodObject | null, context: AdmissionContext): void {
  pod.spec ??= {};
  tolerateForAWhile(pod.spec);
  if (old !== null) return;
  if (pod.metadata?.annotations?.[MIRROR] === undefined) giveServiceAccount(pod, pod.spec, context);
  givePriority(pod, pod.spec, context);
}

function giveServiceAccount(pod: PodObject, spec: PodSpec, context: AdmissionContext): void {
  spec.serviceAccountName ||= 'default';
  spec.serviceAccount = spec.serviceAccountName;
  const namespace = pod.metadata?.namespace ?? '';
  const name = spec.serviceAccountName;
  const account = context.lookup('serviceaccounts', namespace, name);
  if (account === null) {
    throw forbidden(pod, `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`);
  }
  if ((spec.imagePullSecrets ?? []).length === 0 && Array.isArray(account['imagePullSecrets'])) {
    spec.imagePullSecrets = structuredClone(account['imagePullSecrets']) as NonNullable<PodSpec['imagePullSecrets']>;
  }
  const mounts = spec.automountServiceAccountToken ?? account['automountServiceAccountToken'];
  if (mounts !== false) mountToken(spec, context.randomSuffix());
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';

/** Each container without a mount of its own at that path gets the token, the cluster's certificate and the namespace. */
function mountToken(spec: PodSpec, suffix: string): void {
  const existing = (spec.volumes ?? []).find(({name}) => name?.startsWith(VOLUME_PREFIX))?.name;
  const name = existing ?? `${VOLUME_PREFIX}${suffix}`;
  const bare = containersOf(spec).filter(({volumeMounts}) => !(volumeMounts ?? []).some(({mountPath}) => mountPath === TOKEN_PATH));
  for (const container of bare) {
    container.volumeMounts = [...(container.volumeMounts ?? []), {name, readOnly: true, mountPath: TOKEN_PATH}];
  }
  if (bare.length === 0 || existing !== undefined) return;
  spec.volumes = [...(spec.volumes ?? []), {name, projected: tokenProjection()}];
}

function tokenProjection(): Record<string, unknown> {
  return {
    sources: [
      {serviceAccountToken: {expirationSeconds: 3607, path: 'token'}},
      {configMap: {name: 'kube-root-ca.crt', items: [{key: 'ca.crt', path: 'ca.crt'}]}},
      {downwardAPI: {items: [{path: 'namespace', fieldRef: {apiVersion: 'v1', fieldPath: 'metadata.namespace'}}]}},
    ],
    defaultMode: 0o644,
  };
}

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Five minutes on a node that fell ill, unless the Pod says otherwise. */
function tolerateForAWhile(spec: PodSpec): void {
  const tolerates = (key: string) =>
    (spec.tolerations ?? []).some((each: Toleration) => (!each.key || each.key === key) && (!each.effect || each.effect === 'NoExecute'));
  const added = TAINTS.filter((key) => !tolerates(key)).map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  if (added.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...added];
}

/** These exist in every cluster. */
const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

function givePriority(pod: PodObject, spec: PodSpec, context: AdmissionContext): void {
  const chosen = spec.priorityClassName
    ? priorityClass(pod, spec.priorityClassName, context)
    : (context.list?.('priorityclasses') ?? []).find((each) => each['globalDefault'] === true);
  const priority = chosen === undefined ? 0 : Number(chosen['value'] ?? 0);
  if (spec.priority !== undefined && spec.priority !== priority) {
    throw forbidden(
      pod,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    );
  }
  spec.priority = priority;
  if (isRecord(chosen?.['metadata']) && !spec.priorityClassName) spec.priorityClassName = String(chosen['metadata']['name']);
  spec.preemptionPolicy ??= String(chosen?.['preemptionPolicy'] ?? 'PreemptLowerPriority');
}

function priorityClass(pod: PodObject, name: string, context: AdmissionContext): Record<string, unknown> {
  const found = context.lookup('priorityclasses', '', name);
  if (found !== null) return found;
  const value = Object.hasOwn(SYSTEM_PRIORITIES, name) ? SYSTEM_PRIORITIES[name] : undefined;
  if (value === undefined) throw forbidden(pod, `no PriorityClass with name ${name} was found`);
  return {value, metadata: {name}};
}

function forbidden(pod: PodObject, reason: string): ApiError {
  const name = pod.metadata?.name ?? '';
  return new ApiError(403, 'Forbidden', `pods ${JSON.stringify(name)} is forbidden: ${reason}`, {name, kind: 'pods'});
}
