import {randomBytes} from 'node:crypto';
import type {KubernetesObject} from '../../model/index.ts';
import type {Clock} from '../../probe/index.ts';
import {type Api, ApiError} from '../api.ts';

/** Tells about an object in an Event. */
export type RecordEvent = (about: KubernetesObject, type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** How many Events a recorder remembers in order to count their repetitions. */
const MEMORY = 4096;

/**
 * Writes Events as a component of the control plane does (client-go tools/record): a repetition raises the count of the Event before it.
 * With `action` they have the form of events.k8s.io, which the scheduler uses.
 */
export function createEventRecorder(api: Api, clock: Clock, component: string, action: string | null = null): RecordEvent {
  const known = new Map<string, {readonly namespace: string; readonly name: string}>();
  return (about, type, reason, message) => {
    const now = new Date(clock.now()).toISOString();
    const key = [about.kind, about.metadata?.uid, about.metadata?.name, type, reason, message].join('\n');
    const before = known.get(key);
    if (before !== undefined && repeat(api, before, now)) return;
    const event = {...eventOf(about, type, reason, message), ...times(now, component, action)};
    known.set(key, event.metadata);
    if (known.size > MEMORY) known.delete(known.keys().next().value ?? '');
    try {
      api.create('events', event);
    } catch (error) {
      // an Event is a courtesy: where the API refuses it, as in a namespace that goes away, work goes on without
      if (!(error instanceof ApiError)) throw error;
    }
  };
}

function repeat(api: Api, event: {readonly namespace: string; readonly name: string}, now: string): boolean {
  const changed = api.change('events', event.namespace, event.name, (draft) => {
    if (draft.eventTime == null) {
      draft.count = (draft.count ?? 1) + 1;
      draft.lastTimestamp = seconds(now);
    } else {
      draft.series = {count: (draft.series?.count ?? 1) + 1, lastObservedTime: micro(now)};
    }
    return undefined;
  });
  return changed !== null;
}

function eventOf(about: KubernetesObject, type: string, reason: string, message: string) {
  const {namespace = '', name = '', uid = '', resourceVersion = ''} = about.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {namespace: namespace === '' ? 'default' : namespace, name: `${name}.${randomBytes(8).toString('hex')}`},
    involvedObject: {
      apiVersion: about.apiVersion ?? 'v1',
      kind: about.kind ?? '',
      ...(namespace === '' ? {} : {namespace}),
      name,
      uid,
      resourceVersion,
    },
    reason,
    message,
    type,
  };
}

function times(now: string, component: string, action: string | null) {
  if (action === null) {
    const time = seconds(now);
    const source = {component};
    return {
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      eventTime: null,
      source,
      reportingComponent: component,
      reportingInstance: '',
    };
  }
  const none = {firstTimestamp: null, lastTimestamp: null, source: {}};
  return {...none, eventTime: micro(now), action, reportingComponent: component, reportingInstance: `${component}-sandbox`};
}

function seconds(iso: string): string {
  return `${iso.slice(0, 19)}Z`;
}

function micro(iso: string): string {
  return `${iso.slice(0, 23)}000Z`;
}
