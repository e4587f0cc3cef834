import type {KubernetesObject, Node} from '../model/index.ts';
import {list, record, text, textMap, texts} from './read.ts';

/** Cuts a Node. */
export function cutNode(object: KubernetesObject): Node {
  const metadata = object.metadata ?? {};
  const spec = record(object['spec']);
  const status = record(object['status']);
  const labels = textMap(metadata.labels);
  const addresses = (type: string) =>
    list(status['addresses']).flatMap((address) => (address['type'] === type ? (text(address['address']) ?? []) : []));
  const podCIDRs = texts(spec['podCIDRs']);
  const podCIDR = text(spec['podCIDR']);
  return {
    name: metadata.name ?? '',
    labels,
    zone: labels['topology.kubernetes.io/zone'] || null,
    internalIPs: addresses('InternalIP'),
    externalIPs: addresses('ExternalIP'),
    podCIDRs: podCIDRs.length > 0 ? podCIDRs : podCIDR ? [podCIDR] : [],
    ready: list(status['conditions']).some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True'),
    unschedulable: spec['unschedulable'] === true,
    allocatableMilliCpu: milliCpu(record(status['allocatable'])['cpu']),
    providerID: text(spec['providerID']) || null,
  };
}

/** A CPU quantity in thousandths, as far as nodes write them: `4`, `"3920m"`, `"1.5"`. */
function milliCpu(quantity: unknown): number | null {
  if (typeof quantity === 'number') return Math.ceil(quantity * 1000);
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(text(quantity) ?? '');
  if (match === null) return null;
  return Math.ceil(Number(match[1]) * (match[2] === 'm' ? 1 : 1000));
}
