/** A node, cut to what decides routing and topology. */
export interface Node {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The label `topology.kubernetes.io/zone`. */
  readonly zone: string | null;
  /** `InternalIP` addresses, in the order of the status. */
  readonly internalIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly podCIDRs: readonly string[];
  readonly ready: boolean;
  readonly unschedulable: boolean;
  /** Allocatable CPU in thousandths of a core; null where the status has none. */
  readonly allocatableMilliCpu: number | null;
  /** Whose machine it is, such as `kind://docker/kind/kind-worker`; null where the spec does not say. */
  readonly providerID: string | null;
}
