import type {NamespacedName} from './kubernetes.ts';
import type {Path} from './network.ts';

/** One thing that was tried against a running Service and what came of it: findings are made of it as they are of objects. */
export type Observation = ConnectionObservation | HealthCheckObservation | DnsObservation | CertificateObservation;

interface Observed {
  readonly service: NamespacedName;
  /** Where it started: `pod/NAME`, `node/NAME`, `outside`, `the API server`. */
  readonly from: string;
}

/** What a server turned out to speak, by its first bytes; `closed` where it ended the connection without any. */
export type Spoken = 'http' | 'http2' | 'tls' | 'closed';

/** Connections to one place. */
export interface ConnectionObservation extends Observed {
  readonly kind: 'connection';
  /** The Service's own port. */
  readonly port: number;
  /**
   * An endpoint at its target port, another port that its pod declares, the target port on the pod's own loopback, or the Service itself
   * along one of its paths.
   */
  readonly to: 'endpoint' | 'declared-port' | 'loopback' | Path;
  readonly address: string;
  /** The port that was dialed. */
  readonly dialed: number;
  /** The pod dialed; null for a path of the Service, and for an endpoint without pod. */
  readonly pod: string | null;
  /** `unanswered`: nothing came back in time, or there is no way; `failed`: it did not come about, and why is only told in words. */
  readonly outcome: 'connected' | 'refused' | 'unanswered' | 'failed';
  readonly detail: string;
  readonly attempts: number;
  /** How many of the attempts failed. */
  readonly failures: number;
  /** null where nothing was asked, or nothing was learnt. */
  readonly speaks: Spoken | null;
}

/** What a node answers at the health check node port. */
export interface HealthCheckObservation extends Observed {
  readonly kind: 'health-check';
  readonly node: string;
  readonly status: number;
}

/** What the cluster's DNS answers for the Service's name. */
export interface DnsObservation extends Observed {
  readonly kind: 'dns';
  readonly name: string;
  readonly addresses: readonly string[];
  /** The ready endpoints right after the answer: what is read before it may be older. */
  readonly ready: readonly string[];
  /** Seconds that clients may keep the answer; null for an empty one. */
  readonly ttl: number | null;
  /** How long each of the lookups took. */
  readonly durationsMs: readonly number[];
}

/** The certificate that the target of an ExternalName Service shows to whoever asks for it under the Service's name. */
export interface CertificateObservation extends Observed {
  readonly kind: 'certificate';
  readonly address: string;
  readonly dialed: number;
  /** Whether it holds for the name that clients ask for. */
  readonly holds: boolean;
  /** The names that it holds for. */
  readonly names: readonly string[];
}
