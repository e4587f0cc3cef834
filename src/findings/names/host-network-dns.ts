import {record} from '../../view/index.ts';
import {type Rule, refOf} from '../rule.ts';
import {ownerOf} from '../selector/several-workloads.ts';

export const hostNetworkDns: Rule = {
  code: 'KIA0610',
  name: 'HostNetworkWithoutClusterDns',
  severity: 'info',
  certainty: 'proven',
  summary: "Pods on the host's network use the node's resolver, which does not know Services.",
  why: 'With hostNetwork, the dnsPolicy ClusterFirst counts as Default: names of Services do not resolve.',
  remedy: 'Set dnsPolicy: ClusterFirstWithHostNet in the pod template, if the pods call Services by name.',
  needs: ['pods'],
  live: false,
  *sweep(facts) {
    const seen = new Set<string>();
    for (const pod of facts.view.pods.values()) {
      const policy = record(pod.object['spec'])['dnsPolicy'] ?? 'ClusterFirst';
      const mirror = pod.object.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined;
      // the cluster's own components are meant to do without cluster DNS
      if (!pod.hostNetwork || policy !== 'ClusterFirst' || mirror || pod.namespace === 'kube-system') continue;
      const owner = ownerOf(facts, pod) ?? `pod ${pod.name}`;
      if (seen.has(`${pod.namespace}/${owner}`)) continue;
      seen.add(`${pod.namespace}/${owner}`);
      yield {
        object: refOf(pod.object),
        message: `${owner} runs on the host's network with dnsPolicy ClusterFirst: names of Services do not resolve in it`,
        field: 'spec.dnsPolicy',
        remedy: 'set dnsPolicy: ClusterFirstWithHostNet in the pod template',
      };
    }
  },
};
