import type {IpFamily, KubernetesObject} from '../../../model/index.ts';

export interface AllocatorOptions {
  /** Service ranges, the primary family first. Default `10.96.0.0/16` and `fd00:10:96::/112`. */
  readonly serviceCidrs?: readonly string[];
  /** Inclusive. Default 30000 to 32767. */
  readonly nodePorts?: {readonly from: number; readonly to: number};
  /** A number from 0 (included) to 1 (excluded); decides which free value is taken. */
  readonly random: () => number;
}

/** Who holds which cluster IP and node port. It is an index of the stored Services, so a dry run or a failed write leaves no trace. */
export interface ServiceAllocators {
  readonly families: readonly IpFamily[];
  /** Brings the index up to date after a write: `before` null on create, `after` null on delete. Whatever is no Service is ignored. */
  track(before: KubernetesObject | null, after: KubernetesObject | null): void;
}

/** Starts an empty index; call `track(null, service)` for each stored Service. */
export function createAllocators(_options: AllocatorOptions): ServiceAllocators {
  throw new Error('allocators are not there yet');
}
