import type {KubernetesObject} from '../../../src/model/index.ts';
import {type Answer, send} from '../../sandbox/api-server/request.ts';
import {type RunningServer, startServer} from '../../sandbox/api-server/running-server.ts';

/** A row of the admission tables, as far as a request is made of it. */
export interface Request {
  readonly operation: 'create' | 'update' | 'updateStatus';
  readonly dryRun: boolean;
  readonly object: KubernetesObject;
  readonly old: KubernetesObject | null;
}

/** Real API servers, one for each choice of Service ranges, started when first asked for. */
export function apiServers(): {readonly of: (ranges: readonly string[]) => Promise<RunningServer>; readonly close: () => Promise<void>} {
  const started = new Map<string, ReturnType<typeof startServer>>();
  return {
    of: (ranges) => {
      const key = String(ranges);
      const known = started.get(key) ?? startServer({serviceCidrs: ranges});
      started.set(key, known);
      return known;
    },
    close: async () => {
      for (const server of started.values()) await (await server).close();
    },
  };
}

/**
 * Sends a row's request and takes away what it made. What a row has as the old object goes straight to the store: it stands for what an
 * earlier version of the API has written, and need not be what today's admits.
 */
export async function request(server: RunningServer, {operation, dryRun, object, old}: Request): Promise<Answer> {
  const {namespace = 'default'} = (old ?? object).metadata ?? {};
  const place = `${apiRoot(object)}/namespaces/${namespace}/${plural(object)}`;
  const query = dryRun ? '?dryRun=All' : '';
  if (server.api.get('namespaces', '', namespace) === null) server.api.create('namespaces', {metadata: {name: namespace}});
  if (old === null) {
    const {resourceVersion: _, ...metadata} = object.metadata ?? {};
    const answer = await send(server, place + query, {body: {...object, metadata}});
    remove(server, namespace, answer.body?.metadata?.name, object);
    return answer;
  }
  const {name = ''} = old.metadata ?? {};
  server.api.store.put(plural(old), {...old, metadata: {uid: 'of-the-old-one', ...old.metadata, namespace}});
  const status = operation === 'updateStatus' ? '/status' : '';
  const {resourceVersion: _, ...metadata} = object.metadata ?? {};
  const answer = await send(server, `${place}/${name}${status}${query}`, {method: 'PUT', body: {...object, metadata}});
  remove(server, namespace, name, old);
  return answer;
}

/** The Status' causes as the tables write errors, without their order. */
export function causesOf({body}: Answer): readonly string[] {
  const causes: readonly {field: string; reason: string}[] = body?.details?.causes ?? [];
  return causes.map(({field, reason}) => `${field}: ${reason}`).sort();
}

function remove(server: RunningServer, namespace: string, name: string | undefined, {kind}: KubernetesObject): void {
  const resource = plural({kind} as KubernetesObject);
  if (name === undefined || server.api.get(resource, namespace, name) === null) return;
  server.api.delete(resource, namespace, name, {graceSeconds: 0});
}

function apiRoot({apiVersion = 'v1'}: KubernetesObject): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function plural({kind}: KubernetesObject): string {
  return kind === 'Endpoints' ? 'endpoints' : `${kind?.toLowerCase()}s`;
}
