import {ApiError, type StatusCause} from '../api.ts';
import type {ResourceInfo} from './schema/index.ts';

type Named = Pick<ResourceInfo, 'plural' | 'group' | 'kind'>;

/** `pods "x" not found`. */
export function notFound(resource: Pick<ResourceInfo, 'plural' | 'group'>, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedResource(resource)} "${name}" not found`, detailsOf(resource, name));
}

/** The answer to a path that nobody serves. */
export function noSuchPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(resource: Named, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualifiedResource(resource)} "${name}" already exists`, detailsOf(resource, name));
}

export function conflict(resource: Named, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(resource)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, detailsOf(resource, name));
}

/** A precondition of a deletion; named by kind, unlike other conflicts. */
export function preconditionFailed(resource: Named, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualifiedKind(resource)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, {...detailsOf(resource, name), kind: resource.kind});
}

export const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

/** 422 with one cause per complaint: `Service "x" is invalid: spec.ports: Required value`. */
export function invalid(resource: Named, name: string, causes: readonly StatusCause[]): ApiError {
  const lines = causes.map(({field, message}) => `${field}: ${message}`);
  const what = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualifiedKind(resource)} "${name}" is invalid: ${what}`, {
    name,
    ...(resource.group === '' ? {} : {group: resource.group}),
    kind: resource.kind,
    causes,
  });
}

export function forbidden(
  resource: Pick<ResourceInfo, 'plural' | 'group'>,
  name: string,
  why: string,
  causes: readonly StatusCause[] = [],
): ApiError {
  const message = `${qualifiedResource(resource)} "${name}" is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, {...detailsOf(resource, name), ...(causes.length === 0 ? {} : {causes})});
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function unsupportedMediaType(accepted: readonly string[] = []): ApiError {
  const message =
    accepted.length === 0
      ? '415: Unsupported Media Type'
      : `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message, {});
}

export function notAcceptable(): ApiError {
  return new ApiError(406, 'NotAcceptable', '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml', {});
}

/** 410: the list or watch must start anew. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

/** `pods`, `deployments.apps`: as messages name a resource. */
function qualifiedResource(resource: Pick<ResourceInfo, 'plural' | 'group'>): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** `Pod`, `Deployment.apps`: as messages name a kind. */
function qualifiedKind(resource: Pick<ResourceInfo, 'kind' | 'group'>): string {
  return resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
}

function detailsOf(resource: Pick<ResourceInfo, 'plural' | 'group'>, name: string): NonNullable<ApiError['details']> {
  return {name, ...(resource.group === '' ? {} : {group: resource.group}), kind: resource.plural};
}

/** 422 about a request's own parameters: `DeleteOptions.meta.k8s.io "" is invalid: …`. */
export function invalidOptions(kind: string, causes: readonly StatusCause[]): ApiError {
  const error = invalid({plural: '', group: 'meta.k8s.io', kind}, '', causes);
  return new ApiError(error.code, error.reason, error.message, {group: 'meta.k8s.io', kind, causes});
}

/** exec, attach and portforward need a WebSocket. */
export function upgradeRequired(): ApiError {
  return new ApiError(400, 'BadRequest', 'Upgrade request required: this subresource is served over WebSocket (kubectl 1.30 and newer)');
}
