import type {KubernetesObject} from '../../../model/index.ts';
import type {Clock} from '../../../probe/index.ts';
import type {Api} from '../../api.ts';
import {EventCorrelation} from './event-correlation.ts';

export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly fieldPath?: string;
}

/** How many kinds of events a recorder remembers in order to count their repetitions. */
const MEMORY = 4096;

/** An Event that is there, and how often it came. */
interface Written {
  readonly namespace: string;
  readonly name: string;
  count: number;
}

/** Writes Events as a node's kubelet does: a repetition raises the count of the Event before it, and a flood is kept small. */
export class EventRecorder {
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #nodeName: string;
  readonly #known = new Map<string, Written>();
  readonly #correlation = new EventCorrelation();

  #lastStamp = 0n;

  constructor(api: Api, clock: Clock, nodeName: string) {
    this.#api = api;
    this.#clock = clock;
    this.#nodeName = nodeName;
  }

  record(subject: EventSubject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const now = this.#clock.now();
    const {fieldPath = '', ...object} = subject;
    const about = Object.values(object).join('\n');
    const combined = this.#correlation.combine({object: about, fieldPath, type, reason, message}, now);
    const known = this.#known.get(combined.key);
    const count = (known?.count ?? 0) + 1;
    if (known !== undefined) known.count = count;
    if (!this.#correlation.admit(`${about}\n${type}`, now)) return;
    const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
    if (known !== undefined && this.#repeat(known, combined.message, time)) return;
    const event = {...this.#event(subject, type, reason, combined.message, time), count};
    this.#known.set(combined.key, {namespace: event.metadata.namespace, name: event.metadata.name, count});
    if (this.#known.size > MEMORY) this.#known.delete(this.#known.keys().next().value ?? '');
    try {
      this.#api.create('events', event);
    } catch {
      // an Event is a courtesy: where its namespace is being removed, or the store refuses it, the pod goes on without
    }
  }

  /** Nanoseconds in hexadecimal, as kubelets name their Events: names sort by time, and no two are the same. */
  #stamp(): string {
    const now = BigInt(this.#clock.now()) * 1_000_000n;
    this.#lastStamp = now > this.#lastStamp ? now : this.#lastStamp + 1n;
    return this.#lastStamp.toString(16);
  }

  #repeat(known: Written, message: string, time: string): boolean {
    const changed = this.#api.change('events', known.namespace, known.name, (draft) => {
      draft.count = known.count;
      draft.message = message;
      draft.lastTimestamp = time;
      return undefined;
    });
    return changed !== null;
  }

  #event(subject: EventSubject, type: string, reason: string, message: string, time: string) {
    const namespace = subject.namespace === '' ? 'default' : subject.namespace;
    const {fieldPath, ...object} = subject;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {namespace, name: `${subject.name}.${this.#stamp()}`},
      involvedObject: {...object, ...(fieldPath ? {fieldPath} : {})},
      reason,
      message,
      type,
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      eventTime: null,
      source: {component: 'kubelet', host: this.#nodeName},
      reportingComponent: 'kubelet',
      reportingInstance: this.#nodeName,
    } satisfies KubernetesObject;
  }
}
