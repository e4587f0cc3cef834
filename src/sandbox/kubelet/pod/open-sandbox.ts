import {randomBytes} from 'node:crypto';
import {resolverConfig} from '../../../dns/index.ts';
import type {ResolverConfig} from '../../../model/index.ts';
import type {PodNetworkNamespace} from '../../pod-network.ts';
import type {PodPlace} from '../container/downward.ts';
import type {KubeletContext} from '../context.ts';
import {VolumeError} from '../volumes/payload.ts';
import type {PodVolumes} from '../volumes/pod-volumes.ts';
import {type HostName, hostsFile, hostsTable, podHostName} from './hosts-file.ts';
import {recordPodEvent} from './pod-environment.ts';
import type {PodObject} from './pod-object.ts';

/** What a pod has before its first container: addresses, names, a network. */
export interface PodSandbox {
  readonly place: PodPlace;
  readonly network: PodNetworkNamespace;
  readonly hostName: HostName;
  readonly resolver: ResolverConfig;
  readonly etcHosts: string;
  /** The pod's listeners close, its connections are reset, its addresses are free again. */
  close(): void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 122_000;

/** Sets up volumes and network, trying again until they can be. Null when the signal is aborted first. */
export async function openSandbox(
  current: () => PodObject,
  volumes: PodVolumes,
  context: KubeletContext,
  until: AbortSignal,
): Promise<PodSandbox | null> {
  const addresses = await waitForAddresses(current, context, until);
  if (!addresses) return null;
  const place: PodPlace = {podIPs: addresses.ips, hostIPs: context.nodeIPs, allocatable: context.allocatable};
  if (!(await setUpVolumes(current, volumes, place, context, until))) {
    addresses.release();
    return null;
  }
  const pod = current();
  const hostName = podHostName(pod, context.nodeName, context.clusterDomain);
  const {nodeResolvConf, nodeIPs, clusterDNS, clusterDomain} = context;
  const resolver = resolverConfig(pod, {nodeResolvConf, nodeIPs, clusterDNS, clusterDomain});
  const {name, namespace, uid} = pod.metadata;
  const network = context.network.attach({
    name,
    namespace,
    uid,
    node: context.nodeName,
    ips: addresses.ips,
    hostNetwork: pod.spec.hostNetwork === true,
    resolver,
    hosts: hostsTable(pod, hostName, addresses.ips),
  });
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    network.detach();
    addresses.release();
  };
  return {place, network, hostName, resolver, etcHosts: hostsFile(pod, hostName, addresses.ips), close};
}

async function setUpVolumes(
  current: () => PodObject,
  volumes: PodVolumes,
  place: PodPlace,
  context: KubeletContext,
  until: AbortSignal,
): Promise<boolean> {
  for (let delay = FIRST_RETRY_MS; !until.aborted; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
    const pod = current();
    try {
      volumes.setUp({api: context.api, pod, place, issueToken: context.issueToken}, new Date(context.clock.now()));
      return true;
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      recordPodEvent(context, pod, null, 'Warning', 'FailedMount', error.message);
    }
    const done = new AbortController();
    const both = AbortSignal.any([until, done.signal]);
    await Promise.race([context.clock.sleep(delay, both), context.configurationChanged(both)]);
    done.abort();
  }
  return false;
}

interface Addresses {
  readonly ips: readonly string[];
  release(): void;
}

/** Tries again until there is an address of each range: a pod that ends gives its own back. Null when the signal is aborted first. */
async function waitForAddresses(current: () => PodObject, context: KubeletContext, until: AbortSignal): Promise<Addresses | null> {
  const id = randomBytes(32).toString('hex');
  for (let delay = FIRST_RETRY_MS; !until.aborted; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
    const taken = takeAddresses(current(), context);
    if (!('exhausted' in taken)) return taken;
    const why = `failed to allocate for range 0: no IP addresses available in range set: ${taken.exhausted}`;
    const plugin = `failed to setup network for sandbox "${id}": plugin type="ptp" failed (add): ${why}`;
    recordPodEvent(
      context,
      current(),
      null,
      'Warning',
      'FailedCreatePodSandBox',
      `Failed to create pod sandbox: rpc error: code = Unknown desc = ${plugin}`,
    );
    await context.clock.sleep(delay, until);
  }
  return null;
}

/** A pod keeps the addresses that its status has, so that they outlast the sandbox's process; a new one gets one of each range. */
function takeAddresses(pod: PodObject, context: KubeletContext): Addresses | {readonly exhausted: string} {
  if (pod.spec.hostNetwork) return {ips: [...context.nodeIPs], release: () => {}};
  const release = (ips: readonly string[]) => {
    for (const pool of context.pools) for (const ip of ips) pool.release(ip);
  };
  const stored = pod.status?.podIPs?.map(({ip}) => ip) ?? [];
  // a pod's addresses are set aside when the kubelet starts, before any new pod asks for one
  if (stored.length > 0) return {ips: stored, release: () => release(stored)};
  const ips: string[] = [];
  for (const pool of context.pools) {
    const ip = pool.take();
    if (ip === null) {
      release(ips);
      return {exhausted: pool.usable};
    }
    ips.push(ip);
  }
  return {ips, release: () => release(ips)};
}
