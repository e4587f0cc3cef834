import type {DnsRecord} from '../model/index.ts';
import type {Asked} from './dns-ask.ts';

interface Told {
  readonly rcode: string;
  readonly records: readonly DnsRecord[];
}

export interface JudgedAnswer extends Asked {
  /** null where nothing was answered or nothing can be predicted. */
  readonly agree: boolean | null;
}

/**
 * Holds what a server said against the prediction. What a CNAME out of the cluster leads to is nobody's prediction: `isPredictable` tells
 * of which owner names the records are.
 */
export function judgeAnswer(predicted: Told, asked: Asked, isPredictable: (name: string) => boolean): JudgedAnswer {
  const {resolution} = asked;
  if (resolution === null || predicted.rcode === 'UNKNOWN') return {...asked, agree: null};
  const records = resolution.records.filter(({name}) => isPredictable(name));
  return {...asked, agree: predicted.rcode === resolution.rcode && keyOf(predicted.records) === keyOf(records)};
}

/** Records whatever their order and time to live. */
function keyOf(records: readonly DnsRecord[]): string {
  return records
    .map(({name, type, data}) => `${name.toLowerCase()} ${type} ${data}`)
    .toSorted()
    .join('\n');
}
