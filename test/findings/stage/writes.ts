import {type KubeClient, objectPath, RESOURCES} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';

type Json = Record<string, unknown>;

/** Nodes and pods that wait for this scheduler stay where the script leaves them: it does not exist. */
const NO_SCHEDULER = 'kiada-gallery';

/** A class that no load balancer takes: whether there is an address is what the script says. */
const NO_BALANCER = 'kiada.dev/gallery';

/** Not among the resources that the tool reads. */
const HTTP_ROUTES = {kind: 'HTTPRoute', apiVersion: 'gateway.networking.k8s.io/v1', plural: 'httproutes', namespaced: true, aliases: []};

export function pathOf({kind, metadata}: KubernetesObject): string {
  const resource = Object.values(RESOURCES).find((one) => one.kind === kind);
  if (resource === undefined && kind !== 'HTTPRoute') throw new Error(`a recording has a ${kind}, and nobody knows its path`);
  return objectPath(resource ?? HTTP_ROUTES, metadata?.namespace ?? null, metadata?.name ?? '');
}

/** Applies an object server-side and returns what became of it. */
export async function apply(client: KubeClient, object: KubernetesObject): Promise<KubernetesObject> {
  const query = {fieldManager: 'kiada-gallery', fieldValidation: 'Strict', force: true};
  const contentType = 'application/apply-patch+yaml';
  return (await client.send({method: 'PATCH', path: pathOf(object), query, contentType, body: object})).body as KubernetesObject;
}

/** As `apply`, but refused where somebody else's object of the name is there. */
export async function createOnly(client: KubeClient, object: KubernetesObject): Promise<void> {
  const path = pathOf(object);
  await client.send({method: 'POST', path: path.slice(0, path.lastIndexOf('/')), body: object});
}

export async function report(client: KubeClient, object: KubernetesObject, status: unknown): Promise<void> {
  await client.send({
    method: 'PATCH',
    path: `${pathOf(object)}/status`,
    contentType: 'application/merge-patch+json',
    body: {status},
  });
}

export interface WriteOptions {
  /** Where the pods of workloads are to be. */
  readonly makerNode?: string | undefined;
  /** Whether to ask for the node ports of the record. */
  readonly nodePorts?: boolean;
}

/** An object of the record as somebody would write it: without what the API server and controllers add. */
export function asWritten(object: KubernetesObject, {makerNode, nodePorts = false}: WriteOptions = {}): KubernetesObject {
  const {status: _status, metadata = {}, ...rest} = object;
  const {name, namespace, labels, annotations, finalizers} = metadata;
  const kept = Object.entries({name, namespace, labels, annotations, finalizers}).filter(([, value]) => value !== undefined);
  return {...rest, metadata: Object.fromEntries(kept), ...specAsWritten(object, {makerNode, nodePorts})};
}

function specAsWritten(object: KubernetesObject, {makerNode, nodePorts}: Required<WriteOptions>): {spec?: Json} {
  const spec = object['spec'] as Json | undefined;
  if (spec === undefined) return {};
  if (object.kind === 'Service') return {spec: serviceSpec(spec, nodePorts)};
  if (object.kind === 'Pod') return {spec: placed(spec, spec['nodeName'] as string | undefined)};
  const template = spec['template'] as {metadata?: object; spec: Json} | undefined;
  return {spec: template === undefined ? spec : {...spec, template: {...template, spec: placed(template.spec, makerNode)}}};
}

function placed(spec: Json, nodeName: string | undefined): Json {
  const place = nodeName === undefined ? {schedulerName: NO_SCHEDULER} : {nodeName};
  return {...spec, ...place, automountServiceAccountToken: false};
}

/** Addresses and node ports are for the API server to give: all clusters of the gallery have the same. */
function serviceSpec(spec: Json, nodePorts: boolean): Json {
  const {clusterIP, clusterIPs: _clusterIPs, healthCheckNodePort: _port, ...rest} = spec;
  const ports = (spec['ports'] ?? []) as readonly Json[];
  return {
    ...rest,
    ...(clusterIP === 'None' ? {clusterIP} : {}),
    ...(spec['type'] === 'LoadBalancer' && rest['loadBalancerClass'] === undefined ? {loadBalancerClass: NO_BALANCER} : {}),
    ...(ports.length > 0 ? {ports: nodePorts ? ports : ports.map(({nodePort: _nodePort, ...port}) => port)} : {}),
  };
}
