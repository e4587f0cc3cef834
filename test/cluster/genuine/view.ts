import {clusterSource, type KubeClient} from '../../../src/kube/index.ts';
import type {ClusterView, KubernetesObject} from '../../../src/model/index.ts';
import {viewOf} from '../../../src/routing/index.ts';

/** What no API object says of the rig: pods' ranges, and how its network plugin masquerades. */
const RIG_OPTIONS = {
  clusterCIDRs: ['10.244.0.0/16', 'fd00:10:244::/48'],
  podTrafficToNodesMasqueraded: true,
  masqueradeToPodGateway: true,
  proxyMode: process.env['RIG_PROXY_MODE'] === 'iptables' ? 'iptables' : 'nftables',
} as const;

/** The rig as it is now: all nodes, and the Services, slices and pods of a namespace. */
export async function viewOfRig(client: KubeClient, namespace: string): Promise<ClusterView> {
  const {objects} = await clusterSource(client).read([
    {resource: 'nodes', namespace: null},
    {resource: 'pods', namespace},
    {resource: 'services', namespace},
    {resource: 'endpointslices', namespace},
  ]);
  const cidrs = (await client.get('/apis/networking.k8s.io/v1/servicecidrs')) as {items: readonly KubernetesObject[]};
  return viewOf([...objects, ...cidrs.items.map((item) => ({...item, kind: 'ServiceCIDR'}))], RIG_OPTIONS);
}
