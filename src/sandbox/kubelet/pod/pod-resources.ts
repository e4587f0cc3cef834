import {quantityOr0} from '../../quantity.ts';
import {type ContainerSpec, isSidecar, type PodSpec, type Quantities} from './pod-object.ts';

interface PodResources {
  readonly allocatedResources?: Quantities;
  readonly resources: {readonly requests?: Quantities; readonly limits?: Quantities};
}

/** What a pod's containers ask for together, as its status shows it. Limits only where every container has one. */
export function podResources(spec: PodSpec): PodResources {
  const running = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
  const requests = sum(running.map(({resources}) => resources?.requests ?? {}));
  if (Object.keys(requests).length === 0) return {resources: {}};
  const limits = Object.entries(sum(running.map(limitsOf))).filter(([name]) => running.every((each) => limitsOf(each)[name] !== undefined));
  return {
    allocatedResources: requests,
    resources: {requests, ...(limits.length === 0 ? {} : {limits: Object.fromEntries(limits)})},
  };
}

function limitsOf({resources}: ContainerSpec): Quantities {
  return resources?.limits ?? {};
}

function sum(all: readonly Quantities[]): Quantities {
  const names = new Set(all.flatMap((each) => Object.keys(each)));
  return Object.fromEntries([...names].map((name) => [name, add(all.flatMap((each) => each[name] ?? []))]));
}

/** One quantity stays as it is written; several are added up in the unit of the first. */
function add(quantities: readonly string[]): string {
  const [first = '0'] = quantities;
  if (quantities.length < 2) return first;
  const total = quantities.reduce((all, each) => all + quantityOr0(each), 0);
  if (/i$/.test(first)) return binary(total);
  return Number.isInteger(total) ? String(total) : `${Math.round(total * 1000)}m`;
}

function binary(bytes: number): string {
  const unit = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'].find((name) => Number.isInteger(bytes / quantityOr0(`1${name}`)));
  return unit === undefined ? String(bytes) : `${bytes / quantityOr0(`1${unit}`)}${unit}`;
}
