import type {ClusterView, Unknown, Vantage} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import type {ClusterSource} from '../source.ts';

/** What everything that is tried against a Service needs. */
export interface Place {
  readonly source: ClusterSource;
  readonly reach: Reach;
  readonly view: ClusterView;
  /** Where connections start; null: where each is best tried from. */
  readonly from: Vantage | null;
  /** Of one connection. */
  readonly timeoutMs: number;
  /** Notes what could not be tried. */
  readonly note: (unknown: Unknown) => void;
}
