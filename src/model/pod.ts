import type {KubernetesObject} from './kubernetes.ts';
import type {Protocol} from './network.ts';

/** A pod, cut to what decides whether and where it receives traffic. `object` is the whole, for what is only shown. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly nodeName: string | null;
  readonly hostNetwork: boolean;
  readonly hostname: string | null;
  readonly subdomain: string | null;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** `status.podIPs`, else `status.podIP` alone. */
  readonly ips: readonly string[];
  /** The condition `Ready` is `True`. */
  readonly ready: boolean;
  readonly deletedAt: string | null;
  readonly createdAt: string | null;
  /** Ordinary containers first, then init containers, marked. */
  readonly containers: readonly Container[];
  readonly object: KubernetesObject;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly init: boolean;
  /** An init container with `restartPolicy: Always`. */
  readonly sidecar: boolean;
  readonly ports: readonly ContainerPort[];
}

export interface ContainerPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly containerPort: number;
  readonly hostPort: number | null;
}
