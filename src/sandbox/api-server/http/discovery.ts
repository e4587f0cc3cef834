import {createHash} from 'node:crypto';
import {type ResourceInfo, resources} from '../schema/index.ts';
import type {Exchange} from './exchange.ts';
import {negotiate} from './negotiate.ts';
import {sendObject} from './respond.ts';
import {apiVersionOf} from './versions.ts';

interface Group {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly {readonly version: string; readonly resources: readonly ResourceInfo[]}[];
}

/** Answers `/api`, `/apis`, `/apis/GROUP`, `/api/v1` and `/apis/GROUP/VERSION`. False for other paths. */
export async function serveDiscovery(exchange: Exchange): Promise<boolean> {
  const document = documentFor(exchange);
  if (document === null) return false;
  const {response, request} = exchange;
  const text = JSON.stringify(document);
  const tag = `"${createHash('sha256').update(text).digest('hex').toUpperCase()}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Vary', 'Accept');
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304).end();
    return true;
  }
  if ((document as {kind: string}).kind !== 'APIGroupDiscoveryList') await sendObject(response, 200, document);
  else sendAggregated(exchange, text);
  return true;
}

function sendAggregated({response}: Exchange, text: string): void {
  response.writeHead(200, {
    'Content-Type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'public',
  });
  response.end(text);
}

function documentFor({path, request}: Exchange): object | null {
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  if (path === '/api' || path === '/apis' || path === '/apis/') {
    const core = parts[0] === 'api';
    const accepted = negotiate(request.headers.accept, ['APIGroupDiscoveryList']);
    if (accepted.as !== null && accepted.version === 'v2') return aggregated(groups().filter(({name}) => (name === '') === core));
    return core ? apiVersions(request.socket.localPort ?? 0) : {kind: 'APIGroupList', apiVersion: 'v1', groups: named().map(groupEntry)};
  }
  if (parts[0] === 'api' && parts.length === 2) return resourceList('', parts[1] ?? '');
  if (parts[0] !== 'apis') return null;
  if (parts.length === 3) return resourceList(parts[1] ?? '', parts[2] ?? '');
  if (parts.length !== 2) return null;
  const group = named().find(({name}) => name === parts[1]);
  return group === undefined ? null : {kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group)};
}

function groups(): Group[] {
  const found = new Map<string, Map<string, ResourceInfo[]>>();
  for (const resource of resources()) {
    const versions = found.get(resource.group) ?? new Map<string, ResourceInfo[]>();
    versions.set(resource.version, [...(versions.get(resource.version) ?? []), resource]);
    found.set(resource.group, versions);
  }
  return [...found].map(([name, versions]) => ({
    name,
    // of v1 and v2 the later is preferred
    versions: [...versions].map(([version, list]) => ({version, resources: list})).sort((a, b) => (a.version < b.version ? 1 : -1)),
  }));
}

function named(): Group[] {
  return groups().filter(({name}) => name !== '');
}

function apiVersions(port: number): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{clientCIDR: '0.0.0.0/0', serverAddress: `127.0.0.1:${port}`}],
  };
}

function groupEntry({name, versions}: Group): object {
  const entries = versions.map(({version}) => ({groupVersion: `${name}/${version}`, version}));
  return {name, versions: entries, preferredVersion: entries[0]};
}

function resourceList(group: string, version: string): object | null {
  const found = groups()
    .find(({name}) => name === group)
    ?.versions.find((each) => each.version === version);
  if (found === undefined) return null;
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : {apiVersion: 'v1'}),
    groupVersion: apiVersionOf({group, version}),
    resources: found.resources.flatMap(listEntries),
  };
}

function listEntries(resource: ResourceInfo): object[] {
  const {plural, singular, namespaced, kind, verbs, shortNames, categories} = resource;
  const own = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : {shortNames}),
    ...(categories.length === 0 ? {} : {categories}),
  };
  const views = resource.subresources.map((sub) => {
    const foreign = sub.group !== resource.group || sub.version !== resource.version ? {group: sub.group, version: sub.version} : {};
    return {name: `${plural}/${sub.name}`, singularName: '', namespaced, ...foreign, kind: sub.kind, verbs: sub.verbs};
  });
  return [own, ...views];
}

/** The one document that newer clients read instead of a request per group (KEP-3352). */
function aggregated(list: readonly Group[]): object {
  const items = list.map(({name, versions}) => ({
    metadata: name === '' ? {} : {name},
    versions: versions.map(({version, resources: each}) => ({version, resources: each.map(aggregatedEntry), freshness: 'Current'})),
  }));
  return {kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items};
}

function aggregatedEntry(resource: ResourceInfo): object {
  const {plural, singular, namespaced, group, version, kind, verbs, shortNames, categories, subresources} = resource;
  return {
    resource: plural,
    responseKind: {group, version, kind},
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : {shortNames}),
    ...(categories.length === 0 ? {} : {categories}),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: {group: sub.group, version: sub.version, kind: sub.kind},
            verbs: sub.verbs,
          })),
        }),
  };
}
