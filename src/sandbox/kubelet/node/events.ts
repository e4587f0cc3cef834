import type {KubernetesObject} from '../../../model/index.ts';
import type {Clock} from '../../../probe/index.ts';
import type {Api} from '../../api.ts';

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

/** Writes Events as a node's kubelet does: a repetition raises the count of the Event before it. */
export class EventRecorder {
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #nodeName: string;
  readonly #known = new Map<string, {readonly namespace: string; readonly name: string}>();

  #lastStamp = 0n;

  constructor(api: Api, clock: Clock, nodeName: string) {
    this.#api = api;
    this.#clock = clock;
    this.#nodeName = nodeName;
  }

  record(subject: EventSubject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const time = `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`;
    const key = [subject.uid, subject.fieldPath, type, reason, message].join('\n');
    if (this.#repeat(key, time)) return;
    const event = this.#event(subject, type, reason, message, time);
    this.#known.set(key, {namespace: event.metadata.namespace, name: event.metadata.name});
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

  #repeat(key: string, time: string): boolean {
    const known = this.#known.get(key);
    if (!known) return false;
    const changed = this.#api.change('events', known.namespace, known.name, (draft) => {
      draft.count = (draft.count ?? 1) + 1;
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
