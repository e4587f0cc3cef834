import type {Killable, Stored} from './killable.ts';

/** What is known of one object: the mark of each write stands in several of its fields. null: it is not there. */
export type Mark = string | null;

export interface Knowledge {
  /** The last acknowledged state of each object, by its path. */
  readonly acknowledged: Map<string, Mark>;
  /** What a write without an answer would have made of it: it may have happened. */
  readonly pending: Map<string, Mark>;
  /** The highest resourceVersion that any answer has told. */
  version: number;
  /** Addresses and ports that Services have had. */
  readonly addresses: Set<string>;
  readonly ports: Set<number>;
}

export function noKnowledge(): Knowledge {
  return {acknowledged: new Map(), pending: new Map(), version: 0, addresses: new Set(), ports: new Set()};
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
export const SERVICES = '/api/v1/namespaces/default/services';
const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer'];
const MERGE = 'application/merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

export interface Writer {
  /** Its objects are its own: their names start with it. */
  readonly name: string;
  readonly knowledge: Knowledge;
  readonly random: () => number;
  /** Called for each acknowledged write. */
  readonly count: () => void;
}

/** Writes until the process dies. */
export async function writeUntilDeath(process: Killable, {name: writer, knowledge, random, count}: Writer): Promise<void> {
  for (;;) {
    const service = random() < 0.5;
    const name = `${writer}-${Math.floor(random() * 8)}`;
    if (!(await writeOnce(process, {base: service ? SERVICES : CONFIG_MAPS, name, service}, knowledge, random))) return;
    count();
  }
}

interface Subject {
  readonly base: string;
  readonly name: string;
  readonly service: boolean;
}

async function writeOnce(process: Killable, subject: Subject, knowledge: Knowledge, random: () => number): Promise<boolean> {
  const path = `${subject.base}/${subject.name}`;
  const present = (knowledge.acknowledged.get(path) ?? null) !== null;
  const mark = `m${Math.floor(random() * 1e12)}`;
  const change = chooseWrite(subject, path, present, mark, random);
  knowledge.pending.set(path, change.after);
  const answer = await process.send(change.method, change.path, change.body, change.type);
  if (answer === null) return false;
  if (answer.code >= 300) throw new Error(`${change.method} ${change.path} was refused: ${JSON.stringify(answer)}`);
  knowledge.pending.delete(path);
  knowledge.acknowledged.set(path, change.after);
  remember(answer.body, knowledge);
  return true;
}

function chooseWrite({base, name, service}: Subject, path: string, present: boolean, mark: string, random: () => number) {
  const body = service ? serviceBody(name, mark, random) : configMapBody(name, mark);
  const whole = {...body, apiVersion: 'v1', kind: service ? 'Service' : 'ConfigMap'};
  const apply = {method: 'PATCH', path: `${path}?fieldManager=writer&force=true`, body: whole, type: APPLY, after: mark};
  if (!present) return random() < 0.5 ? {method: 'POST', path: base, body, type: 'application/json', after: mark} : apply;
  const dice = random();
  if (dice < 0.35) return {method: 'DELETE', path, body: undefined, type: 'application/json', after: null};
  if (dice < 0.6) return apply;
  if (dice < 0.8 && !service) return {method: 'PUT', path, body, type: 'application/json', after: mark};
  return {method: 'PATCH', path, body, type: MERGE, after: mark};
}

function configMapBody(name: string, mark: string) {
  return {
    metadata: {name, labels: {mark}, annotations: {mark}},
    data: {first: mark, filler: 'x'.repeat(mark.charCodeAt(3) * 40), last: mark},
  };
}

function serviceBody(name: string, mark: string, random: () => number) {
  const type = TYPES[Math.floor(random() * TYPES.length)] ?? 'NodePort';
  const local = type === 'ClusterIP' ? {} : {externalTrafficPolicy: random() < 0.5 ? 'Local' : 'Cluster'};
  const ports = Array.from({length: 1 + Math.floor(random() * 3)}, (_, index) => ({name: `p${index}`, port: 80 + index, protocol: 'TCP'}));
  return {metadata: {name, labels: {mark}, annotations: {mark}}, spec: {type, ...local, selector: {mark}, ports}};
}

function remember(object: Stored, knowledge: Knowledge): void {
  const {resourceVersion} = object.metadata;
  // a deletion answers with a Status, which has none
  if (resourceVersion !== undefined) knowledge.version = Math.max(knowledge.version, Number(resourceVersion));
  if (object.spec === undefined) return;
  knowledge.addresses.add(object.spec.clusterIP);
  for (const {nodePort} of object.spec.ports) if (nodePort !== undefined) knowledge.ports.add(nodePort);
}
