import {randomUUID} from 'node:crypto';
import type {KubernetesObject} from '../../../model/index.ts';
import {badRequest, invalid, notFound} from '../errors.ts';
import {ISSUER} from './authenticate.ts';
import {decodeObject} from './decode-object.ts';
import {toRemoveOptions} from './delete.ts';
import type {ResourceExchange} from './exchange.ts';
import {sendObject} from './respond.ts';
import {parseWriteParameters} from './write-options.ts';

const CREATED = {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201};

/** `POST pods/NAME/eviction`: a deletion that a disruption budget could hold back; nothing here keeps budgets. */
export async function evict(exchange: ResourceExchange): Promise<void> {
  const {target, parts, response} = exchange;
  const {fieldValidation, dryRun} = parseWriteParameters(exchange, 'CreateOptions');
  const {object} = await decodeObject(exchange, {group: 'policy', version: 'v1', kind: 'Eviction'}, fieldValidation);
  const given = object.metadata?.name ?? '';
  if (given !== '' && given !== target.name) throw badRequest('name in URL does not match name in Eviction object');
  const options = toRemoveOptions((object['deleteOptions'] ?? {}) as Parameters<typeof toRemoveOptions>[0]);
  const removed = parts.api.remove('pods', target.namespace, target.name, {...options, dryRun: dryRun || options.dryRun === true});
  if (removed === null) throw notFound(target.resource, target.name);
  await sendObject(response, 201, CREATED);
}

/** `POST pods/NAME/binding` and `POST bindings`: puts a pod on a node, as schedulers do. */
export async function bind(exchange: ResourceExchange): Promise<void> {
  const {target, parts, response} = exchange;
  const {fieldValidation, dryRun} = parseWriteParameters(exchange, 'CreateOptions');
  const {object} = await decodeObject(exchange, {group: '', version: 'v1', kind: 'Binding'}, fieldValidation);
  const name = target.name === '' ? (object.metadata?.name ?? '') : target.name;
  if ((object.metadata?.name ?? name) !== name) throw badRequest('name in URL does not match name in Binding object');
  const goal = (object['target'] ?? {}) as {kind?: string; name?: string};
  if ((goal.kind ?? 'Node') !== 'Node' || (goal.name ?? '') === '') throw badRequest('a Binding needs a target of kind Node with a name');
  if (!dryRun) parts.api.bind(target.namespace, name, goal.name ?? '');
  await sendObject(response, 201, CREATED);
}

interface TokenRequestSpec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: {readonly kind?: string; readonly name?: string; readonly uid?: string} | null;
}

/** `POST serviceaccounts/NAME/token` */
export async function requestToken(exchange: ResourceExchange): Promise<void> {
  const {target, parts, response} = exchange;
  const {fieldValidation} = parseWriteParameters(exchange, 'CreateOptions');
  const {object} = await decodeObject(exchange, {group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest'}, fieldValidation);
  const account = parts.api.get('serviceaccounts', target.namespace, target.name);
  if (account === null) throw notFound(target.resource, target.name);
  const spec = (object['spec'] ?? {}) as TokenRequestSpec;
  const seconds = spec.expirationSeconds ?? 3600;
  checkDuration(seconds);
  const audiences = spec.audiences === undefined || spec.audiences.length === 0 ? [ISSUER] : spec.audiences;
  const expiresAtMs = Date.now() + seconds * 1000;
  const token = parts.tokens.issue({...accountClaims(account, spec), audiences, expiresAtMs});
  await sendObject(response, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {
      ...object.metadata,
      name: target.name,
      namespace: target.namespace,
      uid: randomUUID(),
      creationTimestamp: rfc3339(Date.now()),
    },
    spec: {audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null},
    status: {token, expirationTimestamp: rfc3339(expiresAtMs)},
  });
}

const SHORTEST_SECONDS = 600;
const LONGEST_SECONDS = 2 ** 32;

function checkDuration(seconds: number): void {
  const field = 'spec.expirationSeconds';
  const complaint =
    seconds < SHORTEST_SECONDS
      ? 'may not specify a duration less than 10 minutes'
      : seconds > LONGEST_SECONDS
        ? 'may not specify a duration larger than 2^32 seconds'
        : null;
  if (complaint === null) return;
  const message = `Invalid value: ${seconds}: ${complaint}`;
  throw invalid({plural: '', group: 'authentication.k8s.io', kind: 'TokenRequest'}, '', [{reason: 'FieldValueInvalid', message, field}]);
}

function accountClaims(account: KubernetesObject, {boundObjectRef}: TokenRequestSpec) {
  const {namespace = '', name = '', uid = ''} = account.metadata ?? {};
  const bound = boundObjectRef?.kind === 'Pod' ? {pod: {name: boundObjectRef.name ?? '', uid: boundObjectRef.uid ?? ''}} : {};
  return {namespace, serviceAccount: {name, uid}, ...bound};
}

function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
