import type {IpFamily, Protocol} from './network.ts';

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
export type TrafficPolicy = 'Cluster' | 'Local';

/** A Service, cut to what decides where its traffic goes; every field is filled as API defaulting fills it. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly type: ServiceType;
  /** `spec.clusterIP: None`: no address of its own. */
  readonly headless: boolean;
  /** Without `None`; empty where none is allocated (manifests), for headless and for ExternalName. */
  readonly clusterIPs: readonly string[];
  readonly ipFamilies: readonly IpFamily[];
  readonly ipFamilyPolicy: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack' | null;
  readonly externalIPs: readonly string[];
  readonly externalName: string | null;
  /** null selects nothing (endpoints are made by hand). */
  readonly selector: Readonly<Record<string, string>> | null;
  readonly ports: readonly ServicePort[];
  readonly internalTrafficPolicy: TrafficPolicy;
  /** null where the Service has no external path. */
  readonly externalTrafficPolicy: TrafficPolicy | null;
  readonly healthCheckNodePort: number | null;
  /** Seconds of `sessionAffinity: ClientIP`, or null for none. */
  readonly affinitySeconds: number | null;
  readonly publishNotReadyAddresses: boolean;
  readonly trafficDistribution: string | null;
  readonly loadBalancerClass: string | null;
  readonly allocateLoadBalancerNodePorts: boolean;
  /** As written, blanks and all; kube-proxy trims them. */
  readonly loadBalancerSourceRanges: readonly string[];
  readonly ingress: readonly LoadBalancerIngress[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly createdAt: string | null;
  readonly deletedAt: string | null;
}

export interface ServicePort {
  /** Empty for a port without a name. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly targetPort: number | string;
  readonly nodePort: number | null;
  readonly appProtocol: string | null;
}

export interface LoadBalancerIngress {
  readonly ip: string | null;
  readonly hostname: string | null;
  readonly ipMode: 'VIP' | 'Proxy';
}
