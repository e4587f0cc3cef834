import type {KubernetesObject} from '../../../../model/index.ts';
import {isRecord} from '../rules/same.ts';
import type {KindRules} from '../types.ts';

/** A kind that is checked against its schema alone, and whose spec's changes are counted. */
export const counted: KindRules = {generation: 'spec'};

/** Roles and bindings may have any name that can stand in a path. */
export const pathNamed: KindRules = {name: pathSegment};

function pathSegment(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((character) => name.includes(character)).map((character) => `may not contain '${character}'`);
}

/** StorageClass. */
export const storageClassRules: KindRules = {
  defaults(object: KubernetesObject) {
    const storageClass = object as Record<string, unknown>;
    storageClass['reclaimPolicy'] ??= 'Delete';
    storageClass['volumeBindingMode'] ??= 'Immediate';
  },
};

/** NetworkPolicy: its types follow from what it has rules for. */
export const networkPolicyRules: KindRules = {
  generation: 'spec',
  defaults(object: KubernetesObject) {
    const spec = object['spec'];
    if (!isRecord(spec)) return;
    const rules = [...listOf(spec['ingress']), ...listOf(spec['egress'])];
    for (const port of rules.flatMap((rule) => listOf(rule['ports']))) port['protocol'] ??= 'TCP';
    spec['policyTypes'] ??= spec['egress'] === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
  },
};

/** HorizontalPodAutoscaler. */
export const autoscalerRules: KindRules = {
  generation: 'spec',
  defaults(object: KubernetesObject) {
    const spec = object['spec'];
    if (!isRecord(spec)) return;
    spec['minReplicas'] ??= 1;
    const cpu = {type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: 80}}};
    if (object.apiVersion === 'autoscaling/v2') spec['metrics'] ??= [cpu];
  },
};

/** Role and cluster role bindings: who is meant belongs to the API group of roles unless it says otherwise. */
export const bindingRules: KindRules = {
  name: pathSegment,
  defaults(object: KubernetesObject) {
    const roleRef = object['roleRef'];
    if (isRecord(roleRef)) roleRef['apiGroup'] ||= 'rbac.authorization.k8s.io';
    for (const subject of listOf(object['subjects'])) {
      if (subject['kind'] === 'User' || subject['kind'] === 'Group') subject['apiGroup'] ||= 'rbac.authorization.k8s.io';
    }
  },
};

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
