import {methodNotAllowed, noSuchPath, notFound, upgradeRequired} from '../errors.ts';
import {serveLog} from '../streams/log.ts';
import {serveProxy} from '../streams/proxy.ts';
import {deprecationWarnings} from './acted-on.ts';
import {createObject, replaceObject} from './create-update.ts';
import {deleteCollection, deleteObject} from './delete.ts';
import {serveDiscovery} from './discovery.ts';
import type {Exchange, ResourceExchange} from './exchange.ts';
import {getOrList} from './get-list.ts';
import {serveOpenApi} from './openapi.ts';
import {patchObject} from './patch.ts';
import {bind, evict, requestToken} from './pod-actions.ts';
import {parseResourcePath} from './request-info.ts';
import {addWarnings, sendText} from './respond.ts';
import {serveReview} from './reviews.ts';
import {getOrReplaceScale} from './scale.ts';

/** Answers one authenticated request. Throws ApiError for whatever is refused. */
export async function route(exchange: Exchange): Promise<void> {
  const target = parseResourcePath(exchange.path);
  if (target !== null) return routeResource({...exchange, target});
  if (exchange.method === 'GET' || exchange.method === 'HEAD') {
    if ((await serveDiscovery(exchange)) || (await serveOpenApi(exchange))) return;
  }
  if (/^\/(api|apis)\//.test(exchange.path)) throw noSuchPath();
  sendText(exchange.response, 404, '404 page not found\n');
}

async function routeResource(exchange: ResourceExchange): Promise<void> {
  const {target, method} = exchange;
  addWarnings(exchange.response, deprecationWarnings(target.resource));
  if (target.subresource !== '') return routeSubresource(exchange);
  if (await serveReview(exchange)) return;
  const verb = verbOf(method, target.name);
  if (verb === null || !target.resource.verbs.includes(verb)) throw methodNotAllowed();
  if (target.resource.plural === 'bindings') return bind(exchange);
  switch (verb) {
    case 'create':
      return createObject(exchange);
    case 'update':
      return replaceObject(exchange);
    case 'patch':
      return patchObject(exchange);
    case 'delete':
      return deleteObject(exchange);
    case 'deletecollection':
      return deleteCollection(exchange);
    default:
      return getOrList(exchange);
  }
}

/** The verb of the API that a method is; null where there is none. A collection takes POST, an object everything else. */
function verbOf(method: string, name: string): string | null {
  const collection = name === '';
  switch (method) {
    case 'GET':
    case 'HEAD':
      return collection ? 'list' : 'get';
    case 'POST':
      return collection ? 'create' : null;
    case 'PUT':
      return collection ? null : 'update';
    case 'PATCH':
      return collection ? null : 'patch';
    case 'DELETE':
      return collection ? 'deletecollection' : 'delete';
    default:
      return null;
  }
}

async function routeSubresource(exchange: ResourceExchange): Promise<void> {
  const {target, method, parts} = exchange;
  const {resource, namespace, name, subresource} = target;
  if (subresource === 'proxy') return serveProxy(exchange);
  const allowed = resource.subresources.find((each) => each.name === subresource)?.verbs ?? [];
  const verb = method === 'POST' ? 'create' : verbOf(method, name);
  if (verb === null || !allowed.includes(verb)) throw methodNotAllowed();
  if (subresource !== 'token' && parts.api.get(resource.plural, namespace, name) === null) throw notFound(resource, name);
  switch (subresource) {
    case 'log':
      return serveLog(exchange);
    case 'eviction':
      return evict(exchange);
    case 'binding':
      return bind(exchange);
    case 'token':
      return requestToken(exchange);
    case 'scale':
      return verb === 'patch' ? patchObject(exchange) : getOrReplaceScale(exchange);
    case 'exec':
    case 'attach':
    case 'portforward':
      throw upgradeRequired();
    default:
      return verb === 'patch' ? patchObject(exchange) : verb === 'update' ? replaceObject(exchange) : getOrList(exchange);
  }
}
