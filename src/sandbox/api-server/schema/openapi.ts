import {distilledDocument} from './document.ts';
import {openApiSchemas} from './openapi-schemas.ts';
import {apiVersionOf} from './resources.ts';
import type {ResourceInfo} from './types.ts';

/** The keys of `/openapi/v3`: `api/v1`, `apis/apps/v1`, … */
export function openApiV3Paths(): readonly string[] {
  return distilledDocument.groupVersions;
}

/**
 * The document of one group version by its key in `/openapi/v3`, or null. It holds what kubectl reads: the schemas (`kubectl explain`), and
 * which parameters a patch of each kind takes (whether the server validates fields and knows dry runs).
 */
export function openApiV3(path: string): object | null {
  if (!distilledDocument.groupVersions.includes(path)) return null;
  const found = distilledDocument.resources.filter((resource) => prefixOf(resource) === path);
  const schemas = openApiSchemas(
    distilledDocument,
    Object.keys(distilledDocument.kinds).filter((kind) => kindBelongs(kind, path)),
    '#/components/schemas/',
  );
  return {openapi: '3.0.0', info: INFO, paths: Object.fromEntries(found.flatMap((each) => pathsOf(each, 'v3'))), components: {schemas}};
}

/** `/openapi/v2` as JSON. */
export function openApiV2(): object {
  const definitions = openApiSchemas(distilledDocument, Object.keys(distilledDocument.kinds), '#/definitions/');
  return {
    swagger: '2.0',
    info: INFO,
    paths: Object.fromEntries(distilledDocument.resources.flatMap((each) => pathsOf(each, 'v2'))),
    definitions,
  };
}

const INFO = {title: 'Kubernetes', version: '1.37'};

function prefixOf({group, version}: ResourceInfo): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function kindBelongs(kind: string, path: string): boolean {
  const apiVersion = kind.slice(0, kind.lastIndexOf('/'));
  return path === (apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`);
}

function pathsOf(resource: ResourceInfo, form: 'v2' | 'v3'): [string, object][] {
  const collection = `/${prefixOf(resource)}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}`;
  const ofCollection = operations(resource, {post: 'create', get: 'list'}, form);
  const ofItem = operations(resource, {get: 'get', put: 'update', patch: 'patch', delete: 'delete'}, form);
  return [
    [collection, ofCollection],
    [`${collection}/{name}`, ofItem],
  ].filter((entry): entry is [string, object] => Object.keys(entry[1] as object).length > 0);
}

function operations(resource: ResourceInfo, methods: Readonly<Record<string, string>>, form: 'v2' | 'v3'): object {
  const offered = Object.entries(methods).filter(([, verb]) => resource.verbs.includes(verb));
  return Object.fromEntries(offered.map(([method, verb]) => [method, operation(resource, verb, form)]));
}

function operation(resource: ResourceInfo, verb: string, form: 'v2' | 'v3'): object {
  const {group, version, kind, plural} = resource;
  const writes = ['create', 'update', 'patch'].includes(verb);
  const names = [...(writes ? ['dryRun', 'fieldManager', 'fieldValidation'] : []), ...(verb === 'patch' ? ['force'] : [])];
  return {
    operationId: `${verb} ${apiVersionOf(resource)} ${plural}`.replaceAll(/[^A-Za-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase()),
    parameters: names.map((name) => parameter(name, form)),
    responses: {200: {description: 'OK'}},
    'x-kubernetes-action': verb,
    'x-kubernetes-group-version-kind': {group, version, kind},
  };
}

function parameter(name: string, form: 'v2' | 'v3'): object {
  const type = name === 'force' ? 'boolean' : 'string';
  return {name, in: 'query', ...(form === 'v2' ? {type, uniqueItems: true} : {schema: {type, uniqueItems: true}})};
}
