import type {KubernetesObject} from '../../../../model/index.ts';
import {type FieldError, forbidden, invalid, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {dns1123Label, labelValue, qualifiedName} from '../rules/names.ts';
import {isSame} from '../rules/same.ts';
import type {KindRules} from '../types.ts';

interface Namespace extends KubernetesObject {
  spec?: {finalizers?: string[]};
  status?: {phase?: string};
}

/** Namespace: it carries its own name as a label, and the finalizer that empties it. */
export const namespaceRules: KindRules<Namespace> = {
  name: dns1123Label,
  initialStatus: () => ({phase: 'Active'}),
  defaults(namespace) {
    const {name} = namespace.metadata ?? {};
    if (name === undefined || name === '') return;
    const labels = {...namespace.metadata?.labels, 'kubernetes.io/metadata.name': name};
    Object.assign(namespace, {metadata: {...namespace.metadata, labels}});
  },
  prepare(namespace, old) {
    const finalizers = old === null ? ['kubernetes'] : old.spec?.finalizers;
    namespace.spec = finalizers === undefined ? {} : {finalizers: [...finalizers]};
  },
  validate: () => [],
  validateStatus: ({metadata, status}) => {
    const leaving = metadata?.deletionTimestamp !== undefined;
    const expected = leaving ? 'Terminating' : 'Active';
    if (status?.phase === expected) return [];
    const when = leaving ? 'is not empty' : 'is empty';
    return [invalid('status.Phase', status?.phase ?? '', `may only be '${expected}' if \`deletionTimestamp\` ${when}`)];
  },
};

interface Taint {
  key?: string;
  value?: string;
  effect?: string;
}

interface Node extends KubernetesObject {
  spec?: {taints?: Taint[]; podCIDR?: string; podCIDRs?: string[]; providerID?: string; unschedulable?: boolean};
  status?: {capacity?: unknown; allocatable?: unknown};
}

/** Node: who registers one tells its status at once. */
export const nodeRules: KindRules<Node> = {
  initialStatus: 'keep',
  defaults(node) {
    node.spec ??= {};
    if (node.spec.podCIDR !== undefined) node.spec.podCIDRs ??= [node.spec.podCIDR];
    if (node.status?.capacity !== undefined) node.status.allocatable ??= structuredClone(node.status.capacity);
  },
  validate: ({spec = {}}) => validateTaints(spec.taints ?? []),
  validateChange: ({spec = {}}, old) => [
    ...kept('podCIDRs', spec.podCIDRs, old.spec?.podCIDRs, 'node updates may not change podCIDR except from "" to valid'),
    ...kept('providerID', spec.providerID, old.spec?.providerID, 'node updates may not change providerID except from "" to valid'),
  ],
};

function kept(name: string, value: unknown, old: unknown, message: string): FieldError[] {
  return old === undefined || old === '' || isSame(value, old) ? [] : [forbidden(`spec.${name}`, message)];
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateTaints(taints: readonly Taint[]): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap(({key = '', value = '', effect = ''}, index) => {
    // the API's own messages put taints under the metadata
    const field = `metadata.taints[${index}]`;
    const isTaken = seen.has(`${key}:${effect}`);
    seen.add(`${key}:${effect}`);
    return [
      ...invalidFor(`${field}.key`, key, qualifiedName(key)),
      ...invalidFor(`${field}.value`, value, labelValue(value)),
      ...(effect === '' ? [required(`${field}.effect`)] : []),
      ...(effect === '' || EFFECTS.includes(effect) ? [] : [notSupported(`${field}.effect`, effect, EFFECTS)]),
      ...(isTaken ? [{type: 'FieldValueDuplicate', field, body: `Duplicate value: ${JSON.stringify({key, effect})}`} as const] : []),
    ];
  });
}
