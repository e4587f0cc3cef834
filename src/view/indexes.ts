import {canonicalIP} from '../ip/index.ts';
import type {EndpointSlice, Pod, Service} from '../model/index.ts';
import type {Draft} from './draft-view.ts';
import type {LayeredMap} from './layered-map.ts';

// Lists in an index are sorted, so that a view is the same however its objects came, and are replaced rather than changed,
// since views before and after share them.

export function indexService(draft: Draft, key: string, service: Service): void {
  for (const ip of addressesOf(service)) add(draft.servicesByIP, ip, key);
  for (const port of nodePortsOf(service)) add(draft.servicesByNodePort, port, key);
}

export function unindexService(draft: Draft, key: string, service: Service): void {
  for (const ip of addressesOf(service)) remove(draft.servicesByIP, ip, key);
  for (const port of nodePortsOf(service)) remove(draft.servicesByNodePort, port, key);
}

export function indexPod(draft: Draft, key: string, pod: Pod): void {
  for (const ip of canonicalSet(pod.ips)) add(draft.podsByIP, ip, key);
}

export function unindexPod(draft: Draft, key: string, pod: Pod): void {
  for (const ip of canonicalSet(pod.ips)) remove(draft.podsByIP, ip, key);
}

export function indexSlice(draft: Draft, slice: EndpointSlice): void {
  if (slice.service === null) return;
  const owner = `${slice.namespace}/${slice.service}`;
  const before = draft.slicesOf.get(owner);
  if (before === undefined) draft.slicesOf.set(owner, [slice]);
  else
    draft.slicesOf.set(
      owner,
      insert(before, slice, (other) => other.name < slice.name),
    );
}

export function unindexSlice(draft: Draft, slice: EndpointSlice): void {
  const owner = `${slice.namespace}/${slice.service}`;
  const left = draft.slicesOf.get(owner)?.filter((other) => other !== slice) ?? [];
  if (left.length > 0) draft.slicesOf.set(owner, left);
  else draft.slicesOf.delete(owner);
}

function addressesOf(service: Service): readonly string[] {
  const {clusterIPs, externalIPs, ingress} = service;
  if (externalIPs.length === 0 && ingress.length === 0) return canonicalSet(clusterIPs);
  return canonicalSet([...clusterIPs, ...externalIPs, ...ingress.flatMap(({ip}) => ip ?? [])]);
}

function nodePortsOf(service: Service): readonly number[] {
  return [...new Set(service.ports.flatMap((port) => port.nodePort ?? []))];
}

function canonicalSet(addresses: readonly string[]): readonly string[] {
  const canonical = addresses.map((ip) => canonicalIP(ip) ?? ip);
  return canonical.length < 2 ? canonical : [...new Set(canonical)];
}

function add<Key>(index: LayeredMap<Key, readonly string[]>, key: Key, value: string): void {
  const before = index.get(key);
  index.set(key, before === undefined ? [value] : insert(before, value, (other) => other < value));
}

function insert<Item>(list: readonly Item[], item: Item, isBefore: (other: Item) => boolean): readonly Item[] {
  const at = list.findIndex((other) => !isBefore(other));
  return at < 0 ? [...list, item] : [...list.slice(0, at), item, ...list.slice(at)];
}

function remove<Key>(index: LayeredMap<Key, readonly string[]>, key: Key, value: string): void {
  const left = index.get(key)?.filter((other) => other !== value) ?? [];
  if (left.length > 0) index.set(key, left);
  else index.delete(key);
}
