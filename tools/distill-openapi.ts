// Distils the OpenAPI v3 and discovery documents of an API server into the schema file of the sandbox: types without prose.
//   node tools/distill-openapi.ts OUT.json                 reads the current context's cluster through `kubectl get --raw`
//   node tools/distill-openapi.ts OUT.json --from FOLDER   reads saved answers: apis__apps__v1.json, discovery-apis__apps__v1.json
import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {parseArgs} from 'node:util';

interface OpenApiSchema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema;
  readonly items?: OpenApiSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly [extension: `x-${string}`]: unknown;
}

interface DiscoveredResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** Reads the answer to one path of the API, or null where the source has none. */
type Read = (apiPath: string) => unknown;

const {values, positionals} = parseArgs({options: {from: {type: 'string'}}, allowPositionals: true});
const [out] = positionals;
if (out === undefined) throw new Error('usage: node tools/distill-openapi.ts OUT.json [--from FOLDER]');
const source = values.from === undefined ? clusterSource() : folderSource(values.from);
writeFileSync(out, format(distil(source.paths, source.read)));

function clusterSource(): {paths: string[]; read: Read} {
  const read: Read = (apiPath) =>
    JSON.parse(execFileSync('kubectl', ['get', '--raw', apiPath], {encoding: 'utf8', maxBuffer: 1 << 28})) as unknown;
  const index = read('/openapi/v3') as {paths: Record<string, unknown>};
  return {paths: Object.keys(index.paths), read};
}

function folderSource(folder: string): {paths: string[]; read: Read} {
  const paths = readdirSync(folder)
    .filter((file) => /^apis?__.*\.json$/.test(file))
    .map((file) => file.slice(0, -'.json'.length).replaceAll('__', '/'));
  const fileOf = (apiPath: string) => {
    if (apiPath.startsWith('/openapi/v3/')) return apiPath.slice('/openapi/v3/'.length);
    return `discovery-${apiPath.slice(1)}`;
  };
  return {paths, read: (apiPath) => JSON.parse(readFileSync(path.join(folder, `${fileOf(apiPath).replaceAll('/', '__')}.json`), 'utf8'))};
}

function distil(paths: readonly string[], read: Read) {
  const versions = paths.filter((each) => /^(api|apis\/[^/]+)\/v\d+$/.test(each)).sort();
  const types: Record<string, object> = {};
  const kinds: Record<string, string> = {};
  const resources: object[] = [];
  for (const groupVersion of versions) {
    const document = read(`/openapi/v3/${groupVersion}`) as {components?: {schemas?: Record<string, OpenApiSchema>}};
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      for (const kind of kindsOf(schema)) kinds[kind] ??= shortName(name);
      if (isListKind(name, schema) || scalarOf(name) !== null) continue;
      types[shortName(name)] = distilType(schema);
    }
    resources.push(...distilResources(groupVersion, read));
  }
  const known = Object.entries(kinds).filter(([, type]) => types[type] !== undefined);
  return {groupVersions: versions, resources, kinds: Object.fromEntries(known), types: sorted(types)};
}

/** `v1/Pod`, `apps/v1/Deployment`. Types of every group (DeleteOptions) are no kinds of their own. */
function kindsOf(schema: OpenApiSchema): string[] {
  const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as readonly {group: string; version: string; kind: string}[];
  if (kinds.length > 1) return [];
  return kinds.map(({group, version, kind}) => `${group === '' ? '' : `${group}/`}${version}/${kind}`);
}

function isListKind(name: string, schema: OpenApiSchema): boolean {
  return name.endsWith('List') && schema.properties?.['items'] !== undefined && schema['x-kubernetes-group-version-kind'] !== undefined;
}

function distilType(schema: OpenApiSchema): object {
  if (schema.properties === undefined && schema.type !== 'object') return {any: true};
  return {
    ...(schema.required === undefined ? {} : {required: schema.required}),
    ...(schema['x-kubernetes-map-type'] === 'atomic' ? {atomic: true} : {}),
    fields: Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, field]) => [name, distilField(field)])),
  };
}

function distilField(schema: OpenApiSchema): string | object {
  const type = typeOf(schema);
  const options = {
    ...(['map', 'set'].includes(String(schema['x-kubernetes-list-type'])) ? {list: schema['x-kubernetes-list-type']} : {}),
    ...(schema['x-kubernetes-list-map-keys'] === undefined ? {} : {keys: schema['x-kubernetes-list-map-keys']}),
    ...(schema['x-kubernetes-map-type'] === 'atomic' ? {atomic: true} : {}),
    ...(schema['x-kubernetes-patch-strategy'] === undefined ? {} : {patch: schema['x-kubernetes-patch-strategy']}),
    ...(schema['x-kubernetes-patch-merge-key'] === undefined ? {} : {mergeKey: schema['x-kubernetes-patch-merge-key']}),
    ...(isTelling(schema.default) ? {default: schema.default} : {}),
    ...enumOf(schema),
  };
  return Object.keys(options).length === 0 ? type : {type, ...options};
}

function enumOf(schema: OpenApiSchema): {enum?: readonly string[]} {
  const values = schema.enum ?? schema.items?.enum;
  return values === undefined ? {} : {enum: values};
}

/** An empty struct says that the field is always there. Other empty defaults only say that a Go field has no pointer. */
function isTelling(value: unknown): boolean {
  return value !== undefined && value !== '' && value !== 0 && value !== false;
}

/** `string`, `core.v1.PodSpec`, `[]core.v1.Container`, `{}string`. */
function typeOf(schema: OpenApiSchema): string {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (ref !== undefined) {
    const name = ref.slice(ref.lastIndexOf('/') + 1);
    return scalarOf(name) ?? shortName(name);
  }
  if (schema.type === 'array') return `[]${typeOf(schema.items ?? {})}`;
  if (schema.type === 'object') return schema.additionalProperties === undefined ? 'object' : `{}${typeOf(schema.additionalProperties)}`;
  if (schema.type === 'integer') return schema.format ?? 'int64';
  if (schema.format === 'byte') return 'byte';
  return schema.type ?? 'any';
}

function scalarOf(name: string): string | null {
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (name.startsWith('io.k8s.apimachinery.')) {
    const scalars: Record<string, string> = {
      Time: 'date-time',
      MicroTime: 'micro-time',
      Quantity: 'quantity',
      IntOrString: 'int-or-string',
      FieldsV1: 'object',
      RawExtension: 'object',
    };
    return Object.hasOwn(scalars, last) ? (scalars[last] as string) : null;
  }
  return /^JSON(SchemaPropsOr\w+)?$/.test(last) ? 'any' : null;
}

function shortName(name: string): string {
  return name.replace(/^io\.k8s\.apimachinery\.pkg\.apis\./, '').replace(/^io\.k8s\.api\./, '');
}

function distilResources(groupVersion: string, read: Read): object[] {
  const [, group = '', version = ''] = /^(?:apis\/(.+)|api)\/(v\d+)$/.exec(groupVersion) ?? [];
  const found = (read(`/${groupVersion}`) as {resources: readonly DiscoveredResource[]}).resources;
  return found
    .filter((resource) => !resource.name.includes('/'))
    .map((resource) => ({
      group,
      version,
      kind: resource.kind,
      plural: resource.name,
      singular: resource.singularName,
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      namespaced: resource.namespaced,
      verbs: resource.verbs,
      subresources: found
        .filter((each) => each.name.startsWith(`${resource.name}/`))
        .map((each) => ({
          name: each.name.slice(resource.name.length + 1),
          group: each.group ?? group,
          version: each.version ?? version,
          kind: each.kind,
          verbs: each.verbs,
        })),
    }));
}

function sorted<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** One entry a line, so that a change of version reads well in a diff. */
function format(document: ReturnType<typeof distil>): string {
  const lines = (entries: readonly string[]) => entries.join(',\n');
  const record = (entries: Record<string, unknown>) =>
    lines(Object.entries(entries).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`));
  return `{"groupVersions":${JSON.stringify(document.groupVersions)},
"resources":[
${lines(document.resources.map((resource) => JSON.stringify(resource)))}
],
"kinds":{
${record(document.kinds)}
},
"types":{
${record(document.types)}
}}
`;
}
