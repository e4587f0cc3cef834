import {expect, onTestFinished} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {systemClock} from '../../../src/probe/index.ts';
import type {Api} from '../../../src/sandbox/api.ts';
import type {Controller, ControllerOptions} from '../../../src/sandbox/controllers/controller.ts';
import {type Answer, send} from '../../sandbox/api-server/request.ts';
import {type RunningServer, runServer} from '../../sandbox/api-server/running-server.ts';
import {settled} from '../../sandbox/controllers/cluster.ts';

/** An API server without kubelets and, until a test starts one, without controllers. */
export function world(serviceCidrs: readonly string[]): Promise<RunningServer> {
  return runServer({serviceCidrs});
}

/** Keeps what is being deleted there, as a pod that is shutting down is. */
const HELD = {finalizers: ['example.org/held']};

/** Writes an object as its owner would: what it is by a POST, its status by a PUT, its end by a DELETE. Returns it as stored. */
export async function place(server: RunningServer, resource: string, object: KubernetesObject): Promise<KubernetesObject> {
  const {namespace} = object.metadata ?? {};
  if (namespace !== undefined && server.api.get('namespaces', '', namespace) === null) {
    server.api.create('namespaces', {metadata: {name: namespace}});
    server.api.create('serviceaccounts', {metadata: {name: 'default', namespace}});
  }
  const folder = `${resource === 'endpointslices' ? '/apis/discovery.k8s.io/v1' : '/api/v1'}${namespace ? `/namespaces/${namespace}` : ''}/${resource}`;
  const {uid: _, resourceVersion: __, deletionTimestamp, ...metadata} = object.metadata ?? {};
  const {status, ...rest} = object;
  const body = {...rest, metadata: {...metadata, ...(deletionTimestamp === undefined ? {} : HELD)}};
  const made = accepted(await send(server, folder, {body}));
  if (status === undefined || (resource !== 'pods' && resource !== 'nodes')) return made;
  const path = `${folder}/${made.metadata?.name}`;
  const stored = accepted(await send(server, `${path}/status`, {method: 'PUT', body: {...made, status}}));
  return deletionTimestamp === undefined ? stored : accepted(await send(server, path, {method: 'DELETE'}));
}

/** Many pods at once, without a request for each: what those give is what one of them gives. */
export function placeMany(server: RunningServer, pods: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return pods.map((pod) => {
    const {status, ...rest} = pod;
    const {metadata = {}} = server.api.create('pods', rest);
    const [namespace, name] = [metadata.namespace ?? '', metadata.name ?? ''];
    return server.api.change('pods', namespace, name, (draft) => void Object.assign(draft, {status}), {subresource: 'status'}) ?? pod;
  });
}

function accepted({code, body}: Answer): KubernetesObject {
  expect(code, body?.message).toBeLessThan(300);
  return body;
}

/** Lets a controller look at what is there, until it has nothing more to write. */
export async function runToRest(
  server: RunningServer,
  start: (api: Api, options: ControllerOptions) => Controller,
): Promise<{readonly logged: readonly string[]}> {
  const logged: string[] = [];
  const controller = start(server.api, {clock: systemClock, log: (message) => void logged.push(message)});
  onTestFinished(() => controller.close());
  await settled(server.api);
  return {logged};
}

export async function read(server: RunningServer, path: string): Promise<Answer['body']> {
  const {code, body} = await send(server, path);
  return code === 404 ? null : body;
}
