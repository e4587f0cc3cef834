import {record, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl, names} from '../words.ts';

const PROXY_NAME = 'service.kubernetes.io/service-proxy-name';
const CONFIG = {kind: 'ConfigMap', namespace: 'kube-system', name: 'kube-proxy'};

/** The mode that kube-proxy's ConfigMap states, as kubeadm makes it; null where it was not read or says nothing. */
function configuredMode(facts: Facts): string | null {
  return /^mode:\s*"?([a-z0-9]+)"?\s*$/m.exec(proxyConfig(facts))?.[1] ?? null;
}

function proxyConfig(facts: Facts): string {
  const object = facts.view.others.get(`${CONFIG.kind}/${CONFIG.namespace}/${CONFIG.name}`);
  return text(record(object?.['data'])['config.conf']) ?? '';
}

export const ipvs: Rule = {
  code: 'KIA0902',
  name: 'IpvsMode',
  severity: 'warning',
  certainty: 'proven',
  summary: 'kube-proxy runs in IPVS mode, which is deprecated.',
  why: 'IPVS mode is deprecated since 1.35 and is planned to be off by default in 1.40. It differs from the other modes too: in what it rejects or drops, and in how it handles addresses of the node.',
  remedy: 'Change kube-proxy to the mode nftables (or iptables on old kernels).',
  needs: ['configmaps'],
  live: true,
  *sweep(facts) {
    if (configuredMode(facts) !== 'ipvs') return;
    yield {
      object: CONFIG,
      message: 'kube-proxy runs in IPVS mode, which is deprecated',
      evidence: ['config.conf: mode: ipvs'],
      field: 'data[config.conf]',
      remedy: `set mode: nftables: ${kubectl('kube-system', 'edit', 'configmap', 'kube-proxy')}`,
    };
  },
};

export const invalidPackets: Rule = {
  code: 'KIA0909',
  name: 'InvalidPacketsReset',
  severity: 'info',
  certainty: 'possible',
  advice: true,
  summary: 'In IPVS mode, packets that conntrack calls invalid may end long transfers with a reset.',
  why: 'Packets out of the window it expects are INVALID for conntrack: they bypass the address translation, and the client answers them with a reset. The other modes drop such packets; IPVS mode does not.',
  remedy: 'Set conntrack.tcpBeLiberal in the configuration of kube-proxy (the sysctl nf_conntrack_tcp_be_liberal), or change its mode.',
  needs: ['configmaps'],
  live: true,
  *sweep(facts) {
    if (configuredMode(facts) !== 'ipvs' || /^\s*tcpBeLiberal:\s*true\s*$/m.test(proxyConfig(facts))) return;
    yield {
      object: CONFIG,
      message: 'resets in the middle of long transfers fit a known trouble with conntrack in IPVS mode',
      evidence: ['config.conf: mode: ipvs, and conntrack.tcpBeLiberal is not true'],
      field: 'data[config.conf]',
      remedy: `set conntrack.tcpBeLiberal: true: ${kubectl('kube-system', 'edit', 'configmap', 'kube-proxy')}`,
    };
  },
};

export const loopbackNodePorts: Rule = {
  code: 'KIA0903',
  name: 'NodePortsNotOnLoopback',
  severity: 'info',
  certainty: 'proven',
  advice: true,
  summary: "In nftables mode, node ports are served at the node's primary address alone.",
  why: 'Other modes serve them at all addresses of the node, and iptables mode at 127.0.0.1 too. Programs on the node that use the loopback are refused after a change of mode.',
  remedy: "Use the node's address, or set nodePortAddresses.",
  needs: ['configmaps'],
  live: true,
  *sweep(facts) {
    const open = [...facts.view.services.values()].filter((service) => service.ports.some((port) => port.nodePort !== null));
    if (configuredMode(facts) !== 'nftables' || open.length === 0) return;
    yield {
      object: CONFIG,
      message: "kube-proxy runs in nftables mode: node ports answer at the node's primary address, not at 127.0.0.1",
      evidence: [`Services with node ports: ${names(open.map((service) => `${service.namespace}/${service.name}`))}`],
      remedy: 'address the node by its InternalIP: kubectl get nodes -o wide',
    };
  },
};

export const otherProxy: Rule = {
  code: 'KIA0913',
  name: 'ServedByOtherProxy',
  severity: 'warning',
  certainty: 'proven',
  summary: 'A label tells kube-proxy to leave the Service alone.',
  why: `With the label ${PROXY_NAME}, another program is to serve the cluster IP. If it does not run, nothing answers there though all else looks right.`,
  remedy: 'Remove the label, or see that the program runs.',
  needs: [],
  live: false,
  *check(_, service) {
    const proxy = service.labels[PROXY_NAME];
    if (proxy === undefined || service.headless || service.type === 'ExternalName') return;
    yield {
      message: `it is served by the proxy "${proxy}", not by kube-proxy`,
      evidence: [`label ${PROXY_NAME}: ${proxy}`],
      field: `metadata.labels[${PROXY_NAME}]`,
      remedy: kubectl(service.namespace, 'label', 'service', service.name, `${PROXY_NAME}-`),
    };
  },
};
