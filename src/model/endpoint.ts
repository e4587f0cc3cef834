import type {NamespacedName} from './kubernetes.ts';
import type {IpFamily, Protocol} from './network.ts';

/** An EndpointSlice, cut to what decides routing and DNS. */
export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The label `kubernetes.io/service-name`; null where it is missing: the slice then belongs to no Service. */
  readonly service: string | null;
  readonly addressType: IpFamily | 'FQDN';
  readonly managedBy: string;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
  readonly createdAt: string | null;
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface EndpointPort {
  readonly name: string;
  readonly protocol: Protocol;
  /** null stands for all ports. */
  readonly port: number | null;
}

/** One address of a slice, spelt canonically, with its conditions as kube-proxy takes an absent one: ready true, serving true, terminating false. */
export interface Endpoint {
  readonly address: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly hostname: string | null;
  readonly nodeName: string | null;
  readonly zone: string | null;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
  readonly pod: (NamespacedName & {readonly uid: string}) | null;
}
