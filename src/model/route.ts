import type {NamespacedName} from './kubernetes.ts';
import type {IpFamily, Path, Protocol, Verdict} from './network.ts';
import type {TrafficPolicy} from './service.ts';

/** The outcome for one vantage, path and port. */
export interface Route {
  readonly service: NamespacedName;
  readonly from: RouteSource;
  readonly via: Path;
  readonly address: string | null;
  readonly port: number | null;
  readonly portName: string | null;
  readonly protocol: Protocol | null;
  readonly ipFamily: IpFamily | null;
  readonly entryNode: string | null;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly trafficPolicy: TrafficPolicy | null;
  readonly affinity: {readonly type: 'ClientIP'; readonly timeoutSeconds: number} | null;
  readonly masquerade: boolean;
  readonly sourceSeen: string | null;
  readonly endpoints: readonly RouteEndpoint[];
  readonly excluded: readonly ExcludedEndpoint[];
  readonly steps: readonly RouteStep[];
}

export interface RouteSource {
  readonly kind: 'Pod' | 'Node' | 'Outside';
  readonly namespace: string | null;
  readonly name: string | null;
  readonly node: string | null;
  readonly zone: string | null;
  readonly ip: string | null;
}

export interface RouteEndpoint {
  readonly address: string;
  /** 0 for a headless Service without ports: any that the pod listens on. */
  readonly port: number;
  readonly pod: string | null;
  readonly node: string | null;
  readonly zone: string | null;
  readonly state: 'ready' | 'serving-terminating';
  readonly probability: number;
  /** The source address that this endpoint sees; null where it cannot be known. `Route.sourceSeen` is what most of them see. */
  readonly sourceSeen: string | null;
}

export type ExclusionReason =
  | 'NotReady'
  | 'Terminating'
  | 'OtherNode'
  | 'OtherZone'
  | 'OtherNodeHint'
  | 'WrongFamily'
  | 'NoSuchPort'
  | 'NotSelected';

export interface ExcludedEndpoint {
  readonly address: string;
  readonly port: number | null;
  readonly pod: string | null;
  readonly node: string | null;
  readonly reason: ExclusionReason;
  readonly detail: string;
}

export interface RouteStep {
  readonly at: string;
  readonly action: 'resolve' | 'load-balance' | 'enter' | 'dnat' | 'masquerade' | 'deliver' | 'reject' | 'drop';
  readonly detail: string;
}

/** Node × endpoint for one path: where the kube-proxy of each node sends what enters there. */
export interface RouteMatrix {
  readonly via: Path;
  /** null for node ports, whose address is each node's own. */
  readonly address: string | null;
  readonly port: number | null;
  readonly portName: string | null;
  readonly protocol: Protocol | null;
  readonly ipFamily: IpFamily | null;
  /** Every endpoint that some node sends to, by address. */
  readonly columns: readonly MatrixColumn[];
  readonly rows: readonly MatrixRow[];
  /** The nodes that drop or reject: what a client meets that is sent there. */
  readonly holes: readonly string[];
}

export interface MatrixColumn {
  readonly address: string;
  readonly port: number;
  readonly pod: string | null;
  readonly node: string | null;
  readonly zone: string | null;
  readonly state: 'ready' | 'serving-terminating';
}

export interface MatrixRow {
  readonly node: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** One per column; 0 where this node does not use the endpoint. */
  readonly probabilities: readonly number[];
}
