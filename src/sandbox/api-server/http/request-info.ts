import {findResource, type ResourceInfo} from '../schema/index.ts';

/** What a path of the API asks for. */
export interface ResourcePath {
  readonly resource: ResourceInfo;
  /** Empty where the path names none: all namespaces, or a resource that lives in none. */
  readonly namespace: string;
  /** Empty for a collection. */
  readonly name: string;
  readonly subresource: string;
  /** What follows `…/proxy`, with its slash; empty where nothing does. */
  readonly rest: string;
  /** The deprecated `/api/v1/watch/…` form. */
  readonly watch: boolean;
}

/** Reads `/api/v1/…` and `/apis/GROUP/VERSION/…`. Null for other paths, for resources that are not served, and for malformed names. */
export function parseResourcePath(path: string): ResourcePath | null {
  const parts = decodeParts(path);
  if (parts === null) return null;
  const prefix = parts.shift();
  const group = prefix === 'api' ? '' : prefix === 'apis' ? parts.shift() : undefined;
  const version = parts.shift();
  if (group === undefined || version === undefined) return null;
  const watch = parts[0] === 'watch';
  if (watch) parts.shift();
  const namespace = takeNamespace(parts);
  const resource = findResource(group, version, parts.shift() ?? '');
  if (resource === null || (namespace !== '' && !resource.namespaced)) return null;
  return finish(resource, namespace, parts, path, watch);
}

function finish(resource: ResourceInfo, namespace: string, parts: readonly string[], path: string, watch: boolean): ResourcePath | null {
  const [name = '', subresource = ''] = parts;
  if (name !== '' && resource.namespaced && namespace === '') return null;
  if (subresource !== '' && !resource.subresources.some((each) => each.name === subresource)) return null;
  if (parts.length > 2 && subresource !== 'proxy') return null;
  const rest = subresource === 'proxy' ? path.slice(path.indexOf('/proxy', path.indexOf(encodeURI(name))) + '/proxy'.length) : '';
  return {resource, namespace, name, subresource, rest, watch};
}

/** `namespaces/x/pods` names a namespace; `namespaces`, `namespaces/x` and `namespaces/x/status` are about namespaces themselves. */
function takeNamespace(parts: string[]): string {
  if (parts[0] !== 'namespaces' || parts.length < 3 || parts[2] === 'status' || parts[2] === 'finalize') return '';
  parts.shift();
  return parts.shift() ?? '';
}

function decodeParts(path: string): string[] | null {
  try {
    const parts = path.split('/').slice(1);
    // a slash at the end is no part; behind `proxy` it belongs to the rest
    if (parts.at(-1) === '') parts.pop();
    const decoded = parts.map(decodeURIComponent);
    const inside = decoded.indexOf('proxy') < 0 ? decoded : decoded.slice(0, decoded.indexOf('proxy'));
    return inside.some((part) => part === '' || part === '.' || part === '..' || part.includes('/') || part.includes('%')) ? null : decoded;
  } catch {
    // an escape that is no UTF-8 names nothing
    return null;
  }
}
