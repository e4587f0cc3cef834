import type {KubernetesObject} from '../../../model/index.ts';
import {badRequest} from '../errors.ts';
import type {ResourceInfo} from '../schema/index.ts';
import type {Matches} from './label-selector.ts';

/** Fields that may be selected by, beside metadata.name and metadata.namespace, by plural and group. */
const SELECTABLE: Readonly<Record<string, string>> = {
  pods:
    'spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork status.phase status.podIP status.podIPs ' +
    'status.nominatedNodeName',
  nodes: 'spec.unschedulable',
  events:
    'involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid involvedObject.apiVersion involvedObject.resourceVersion ' +
    'involvedObject.fieldPath reason reportingComponent source type',
  'events.events.k8s.io':
    'regarding.kind regarding.namespace regarding.name regarding.uid regarding.apiVersion regarding.resourceVersion regarding.fieldPath ' +
    'reason reportingController type',
  namespaces: 'status.phase',
  secrets: 'type',
  services: 'spec.clusterIP spec.type',
  replicationcontrollers: 'status.replicas',
  'replicasets.apps': 'status.replicas',
  'jobs.batch': 'status.successful',
  'certificatesigningrequests.certificates.k8s.io': 'spec.signerName',
};

/** Parses `status.phase!=Running,metadata.name=x` into a test of served objects; null where it admits everything. Throws ApiError BadRequest. */
export function parseFieldSelector(text: string, resource: ResourceInfo): Matches<KubernetesObject> | null {
  const terms = splitUnescaped(text).filter((term) => term !== '');
  if (terms.length === 0) return null;
  const tests = terms.map((term) => parseTerm(term, resource));
  return (object) => tests.every((holds) => holds(object));
}

function splitUnescaped(text: string): string[] {
  const terms = [''];
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string;
    if (letter === '\\' && i + 1 < text.length) terms.push(`${terms.pop()}\\${text[++i]}`);
    else if (letter === ',') terms.push('');
    else terms.push(terms.pop() + letter);
  }
  return terms;
}

function parseTerm(term: string, resource: ResourceInfo): Matches<KubernetesObject> {
  const match = /^([^=!]*?)(!=|==|=)(.*)$/s.exec(term);
  if (match === null) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  const [, field = '', operator, raw = ''] = match;
  const value = unescapeValue(raw);
  if (!isSelectable(field, resource)) throw badRequest(unknownField(field, resource));
  const wanted = operator !== '!=';
  return (object) => (readField(object, field) === value) === wanted;
}

/** Kinds with fields of their own have their own words. */
function unknownField(field: string, resource: ResourceInfo): string {
  if (Object.hasOwn(SELECTABLE, keyOf(resource))) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function keyOf({plural, group}: ResourceInfo): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function unescapeValue(raw: string): string {
  return raw.replaceAll(/\\(.)/gs, '$1');
}

function isSelectable(field: string, resource: ResourceInfo): boolean {
  if (field === 'metadata.name' || (field === 'metadata.namespace' && resource.namespaced)) return true;
  return (SELECTABLE[keyOf(resource)] ?? '').split(' ').includes(field);
}

/** As text; what is absent reads as the empty string, false or 0 by its type. */
function readField(object: KubernetesObject, field: string): string {
  if (field === 'source') return String(walk(object, 'source.component') ?? walk(object, 'reportingComponent') ?? '');
  if (field === 'status.successful') return String(walk(object, 'status.succeeded') ?? 0);
  const value = walk(object, field) ?? DEFAULTS[field] ?? '';
  if (Array.isArray(value)) return value.map((each) => String((each as {ip?: string}).ip ?? each)).join(',');
  return String(value);
}

const DEFAULTS: Readonly<Record<string, unknown>> = {'spec.unschedulable': false, 'spec.hostNetwork': false, 'status.replicas': 0};

function walk(object: unknown, path: string): unknown {
  let value = object;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
