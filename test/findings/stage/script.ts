import type {Finding, KubernetesObject} from '../../../src/model/index.ts';

// A recorded cluster as a script: what to write into a running cluster so that its own controllers bring about what was recorded.

/** A cluster as manifests with status, with its Services in the namespace that is named first. */
export interface Recording {
  /** Short, and for itself alone. */
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  /** The moment of the record. */
  readonly recordedAtMs: number;
  /** Whether what the record says of node ports, or of a hand that comes after the controllers, is to be kept. */
  readonly keeps: readonly ('nodePorts' | 'editedEndpoints' | 'youngContainers')[];
}

/** A recording on the way to its namespaces. */
export interface Script {
  readonly recording: Recording;
  /** The namespace of its Services first. */
  readonly namespaces: readonly string[];
  /** Names of its nodes; none: it has no word about nodes. */
  readonly nodes: readonly string[];
  /** In the order in which they are written. */
  readonly objects: readonly KubernetesObject[];
  /** What the record has of pods that a workload is to make: the status of one of them. */
  readonly podStatus: object | undefined;
  /** Findings in the words of the record: severity, code, object. */
  readonly linesOf: (findings: readonly Finding[]) => readonly string[];
}

export interface ScriptOptions {
  /** Of all names that are not within a namespace. */
  readonly prefix: string;
  /** Of the nodes, which scripts with the same ones share. */
  readonly nodePrefix: string;
  /** When the check looks: recorded times are moved so that the moment of their record is this one. */
  readonly lookAtMs: number;
}

const SYSTEM = 'kube-system';
const MAKERS: readonly string[] = ['Deployment', 'ReplicaSet'];
const CONTROLLER = 'endpointslice-controller.k8s.io';

export function scriptOf(recording: Recording, {prefix, nodePrefix, lookAtMs}: ScriptOptions): Script {
  const {objects} = recording;
  const own = `${prefix}-${recording.name}`;
  const [home = 'default', ...others] = homesOf(objects);
  const namespaces = [[home, own] as const, ...others.map((name) => [name, `${own}-${name}`] as const)];
  const nodes = [...mentionedNodes(objects)].map((name) => [name, `${nodePrefix}-${name}`] as const);
  const moved = withTimes(withNames([...namespaces, ...nodes], objects), lookAtMs - recording.recordedAtMs);
  const left = (object: KubernetesObject) => isLeftToControllers(object, moved, recording);
  const rank = rankIn(moved);
  return {
    recording,
    namespaces: namespaces.map(([, name]) => name),
    nodes: moved.filter(({kind}) => kind === 'Node').flatMap(({metadata}) => metadata?.name ?? []),
    objects: moved
      .filter((object) => !left(object))
      .map((object) => (object.kind === 'Pod' && object.metadata?.namespace === SYSTEM ? named(object, `${own}-`) : object))
      .toSorted((one, other) => rank(one) - rank(other)),
    podStatus: moved.find((object) => object.kind === 'Pod' && left(object))?.['status'] as object | undefined,
    linesOf: (findings) =>
      linesOf(
        withNames(
          [...namespaces, ...nodes].map(([old, name]) => [name, old] as const),
          findings,
        ),
      ),
  };
}

/** Findings by severity, code and object. */
export function linesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({code, severity, object}) => `${severity} ${code} ${object.kind} ${object.name}`))].toSorted();
}

/** The namespaces of a record, that of its Services first. */
function homesOf(objects: readonly KubernetesObject[]): readonly string[] {
  const services = objects.filter(({kind}) => kind === 'Service');
  const found = [...services, ...objects].flatMap(({metadata}) => metadata?.namespace ?? []);
  return [...new Set(found)].filter((name) => name !== SYSTEM);
}

/** Nodes that are there, and those that pods only say to be on. */
function mentionedNodes(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  return new Set(
    objects.flatMap((object) => {
      if (object.kind === 'Node') return object.metadata?.name ?? [];
      return (object['spec'] as {nodeName?: string} | undefined)?.nodeName ?? [];
    }),
  );
}

function withNames<T>(names: readonly (readonly [string, string])[], value: T): T {
  const text = names.reduce((whole, [old, name]) => whole.replaceAll(new RegExp(`\\b${old}\\b`, 'g'), name), JSON.stringify(value));
  return JSON.parse(text) as T;
}

function withTimes<T>(value: T, shiftMs: number): T {
  const text = JSON.stringify(value).replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time) =>
    new Date(Date.parse(time) + shiftMs).toISOString().replace(/\.\d+Z$/, time.includes('.') ? '.000000Z' : 'Z'),
  );
  return JSON.parse(text) as T;
}

function named(object: KubernetesObject, prefix: string): KubernetesObject {
  return {...object, metadata: {...object.metadata, name: `${prefix}${object.metadata?.name}`}};
}

/** Slices and Endpoints of Services with a selector, and what workloads make, are left to the cluster's controllers. */
function isLeftToControllers(object: KubernetesObject, all: readonly KubernetesObject[], {keeps}: Recording): boolean {
  const {kind, metadata} = object;
  if (metadata?.ownerReferences?.some((owner) => MAKERS.includes(owner.kind))) return true;
  if (kind === 'EndpointSlice') return metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] === CONTROLLER;
  if (kind === 'Endpoints') {
    const service = all.find((other) => other.kind === 'Service' && other.metadata?.name === metadata?.name);
    return hasSelector(service) && !keeps.includes('editedEndpoints');
  }
  return kind === 'Pod' && all.some((other) => makes(other, object));
}

function hasSelector(service: KubernetesObject | undefined): boolean {
  return (service?.['spec'] as {selector?: object} | undefined)?.selector !== undefined;
}

/** Whether the template of a workload has all labels of a pod. */
function makes(workload: KubernetesObject, pod: KubernetesObject): boolean {
  const labels = (workload['spec'] as {template?: KubernetesObject} | undefined)?.template?.metadata?.labels;
  if (labels === undefined || workload.metadata?.namespace !== pod.metadata?.namespace) return false;
  return Object.entries(labels).every(([key, value]) => pod.metadata?.labels?.[key] === value);
}

/** Services come first, for their addresses; pods last, when all that may change them is there, but before a Service that is younger. */
function rankIn(all: readonly KubernetesObject[]): (object: KubernetesObject) => number {
  const born = ({metadata}: KubernetesObject) => metadata?.creationTimestamp ?? '';
  const [oldest] = all
    .filter(({kind}) => kind === 'Service')
    .map(born)
    .toSorted();
  return (object) => {
    if (object.kind === 'Service') return 1;
    if (object.kind !== 'Pod') return 2;
    return oldest !== undefined && born(object) < oldest ? 0 : 3;
  };
}
