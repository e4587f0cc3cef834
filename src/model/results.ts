import type {DnsRecord} from './dns.ts';
import type {Finding, Severity, Unknown} from './finding.ts';
import type {ObjectRef} from './kubernetes.ts';
import type {IpFamily, Path, Protocol} from './network.ts';
import type {Observation} from './observation.ts';
import type {Route, RouteMatrix} from './route.ts';
import type {ServiceType, TrafficPolicy} from './service.ts';

// The shapes behind `-o json`, one per command. Every field is always there, null where there is nothing.

export interface ServiceSummary {
  readonly namespace: string;
  readonly name: string;
  readonly type: ServiceType;
  readonly clusterIPs: readonly string[];
  readonly externalAddresses: readonly string[];
  readonly externalName: string | null;
  readonly ports: readonly ServicePortSummary[];
  readonly readyEndpoints: number;
  readonly totalEndpoints: number;
  readonly paths: readonly Path[];
  readonly worstFinding: Severity | null;
}

export interface ServicePortSummary {
  readonly name: string | null;
  readonly protocol: Protocol;
  readonly port: number;
  readonly targetPort: number | string;
  readonly nodePort: number | null;
  readonly appProtocol: string | null;
}

export interface EndpointStatus {
  readonly service: ObjectRef;
  readonly address: string;
  readonly family: IpFamily;
  readonly ports: readonly {readonly name: string | null; readonly port: number | null; readonly protocol: Protocol}[];
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly pod: string | null;
  readonly node: string | null;
  readonly zone: string | null;
  readonly hints: {readonly zones: readonly string[]; readonly nodes: readonly string[]};
  readonly slice: string;
  readonly managedBy: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly since: string | null;
}

/** A pod that the selector matches (or nearly) but that is no endpoint, with the first rule that it fails. */
export interface NotAnEndpoint {
  readonly pod: string;
  readonly reason: string;
  readonly detail: string;
}

export interface ServiceDescription extends ServiceSummary {
  readonly selector: Readonly<Record<string, string>> | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly internalTrafficPolicy: TrafficPolicy | null;
  readonly externalTrafficPolicy: TrafficPolicy | null;
  readonly sessionAffinity: {readonly type: 'None' | 'ClientIP'; readonly timeoutSeconds: number | null};
  readonly trafficDistribution: string | null;
  readonly publishNotReadyAddresses: boolean;
  readonly ipFamilies: readonly IpFamily[];
  readonly routes: readonly ServicePath[];
  readonly endpoints: readonly EndpointStatus[];
  readonly notEndpoints: readonly NotAnEndpoint[];
  readonly dns: readonly DnsRecord[];
  readonly env: readonly {readonly name: string; readonly value: string}[];
  readonly events: readonly ServiceEvent[];
  /** What was tried against it (`--probe`); null where nothing was. */
  readonly observed: readonly Observation[] | null;
  readonly findings: readonly Finding[];
  readonly unknown: readonly Unknown[];
}

export interface ServicePath {
  readonly path: Path;
  readonly address: string;
  readonly port: number | null;
  readonly reachableFrom: readonly ('pod' | 'node' | 'outside')[];
  readonly clientAddressKept: boolean;
}

export interface ServiceEvent {
  readonly time: string | null;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

export interface ServiceListResult {
  readonly services: readonly ServiceSummary[];
}
export interface ServiceDescribeResult {
  readonly services: readonly ServiceDescription[];
}
export interface ServiceRouteResult {
  /** As it is, or with `--what-if` options as it would be. */
  readonly routes: readonly Route[];
  /** Only with `--matrix`: the routes laid out by node and endpoint. */
  readonly matrix?: readonly RouteMatrix[];
  /** Only with `--what-if` options: what is imagined, and how it is now. */
  readonly whatIf?: readonly string[];
  readonly before?: readonly Route[];
  readonly matrixBefore?: readonly RouteMatrix[];
}
export interface ServiceEnvResult {
  readonly pods: readonly {
    readonly pod: string;
    readonly variables: readonly {readonly name: string; readonly value: string; readonly service: string}[];
    readonly missing: readonly {readonly name: string; readonly service: string; readonly why: string}[];
  }[];
}
export interface ServiceCheckResult {
  readonly checked: number;
  readonly findings: readonly Finding[];
  readonly unknown: readonly Unknown[];
}
/** What the catalogue of findings says about one code. */
export interface FindingExplanation {
  readonly code: string;
  readonly name: string;
  /** The worst that a finding of this code may be. */
  readonly severity: Severity;
  readonly certainty: 'proven' | 'possible';
  /** Given only when asked for (`--min-severity info`). */
  readonly advice: boolean;
  readonly summary: string;
  readonly why: string;
  readonly remedy: string;
  /** What must have been read for it, beside Services. */
  readonly needs: readonly string[];
  /** Whether manifests can be checked for it before they are applied. */
  readonly manifests: boolean;
  /** Whether only traffic proves it: `svc describe --probe`, `probe`. */
  readonly probe: boolean;
  readonly docs: string;
}
export interface ExplainResult {
  readonly codes: readonly FindingExplanation[];
}
export interface EndpointsListResult {
  readonly endpoints: readonly EndpointStatus[];
  readonly notEndpoints: readonly (NotAnEndpoint & {readonly service: ObjectRef})[];
}

/** One line of `endpoints watch -o json`. */
export interface EndpointChange {
  readonly time: string;
  readonly type: 'added' | 'removed' | 'changed' | 'synced' | 'resynced';
  readonly service: ObjectRef | null;
  readonly endpoint: string | null;
  readonly before: EndpointStatus | null;
  readonly after: EndpointStatus | null;
  readonly reason: string | null;
}
export type ApplyAction = 'created' | 'configured' | 'unchanged' | 'deleted' | 'absent';
export interface ApplyResult {
  readonly objects: readonly (ObjectRef & {readonly action: ApplyAction})[];
}
export interface SetupListResult {
  readonly setups: readonly {readonly name: string; readonly summary: string; readonly objects: number}[];
}
export interface SandboxStatusResult {
  readonly name: string;
  readonly running: boolean;
  readonly context: string;
  readonly kubeconfig: string;
  readonly server: string | null;
  readonly dataDir: string;
  readonly pid: number | null;
  readonly startedAt: string | null;
  readonly residentBytes: number | null;
  readonly nodes: readonly {
    readonly name: string;
    readonly zone: string | null;
    readonly addresses: readonly string[];
    readonly ready: boolean;
  }[];
  readonly dns: {readonly address: string; readonly port: number} | null;
  readonly socks5: {readonly address: string; readonly port: number; readonly password: string} | null;
  readonly nodePorts: readonly {
    readonly service: ObjectRef;
    readonly port: number;
    readonly protocol: Protocol;
    readonly address: string | null;
    readonly why: string | null;
  }[];
}
/** One line of `forward -o json`. */
export type ForwardEvent =
  | {readonly kind: 'listening'; readonly local: string; readonly through: string}
  | {readonly kind: 'connected'; readonly number: number; readonly endpoint: string | null; readonly pod: string | null}
  | {readonly kind: 'failed'; readonly number: number; readonly why: string}
  /** A connection that was there ended otherwise than its ends wanted. */
  | {readonly kind: 'broken'; readonly number: number; readonly why: string};

/** `agents list` and `agents clean`. */
export interface AgentsResult {
  readonly agents: readonly {
    readonly namespace: string;
    readonly name: string;
    /** How many pods it has. */
    readonly agents: number;
    readonly createdAt: string | null;
    /** When it goes by itself. */
    readonly endsAt: string | null;
  }[];
}
export interface VersionResult {
  readonly kiada: string;
  readonly node: string;
  readonly cluster: string | null;
  readonly sandbox: string | null;
}
export interface ErrorResult {
  readonly error: {readonly code: string; readonly message: string; readonly hint: string | null; readonly causes: readonly string[]};
}
