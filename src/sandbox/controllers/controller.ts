import type {KubernetesObject} from '../../model/index.ts';
import type {Clock} from '../../probe/index.ts';
import type {Api, ApiChange} from '../api.ts';
import {createWorkQueue, type Sync} from './work-queue.ts';

export interface ControllerOptions {
  readonly clock: Clock;
  readonly log: (message: string) => void;
  /** See the work queue's option of that name. */
  readonly restAfter?: (tookMs: number) => number;
}

/** A running controller. Nothing it started goes on after `close`. */
export interface Controller {
  close(): void;
}

export interface ControllerParts {
  /** As kube-controller-manager calls it; in logs. */
  readonly name: string;
  /** Which keys a change of these resources touches, by plural. */
  readonly watches: Readonly<Record<string, (change: ApiChange) => Iterable<string>>>;
  /** The keys to look at once, at the start. */
  readonly initial: () => Iterable<string>;
  /** Brings one key in order. May throw: it is called again later. */
  readonly sync: Sync;
  readonly close?: () => void;
}

/** Runs a controller over the API: keys of changed objects go through a queue, one sync at a time, never inside the write that caused it. */
export function runController(api: Api, options: ControllerOptions, parts: ControllerParts): Controller {
  const queue = createWorkQueue({...options, name: parts.name, sync: parts.sync});
  const stop = api.watch((change) => {
    for (const key of parts.watches[change.resource]?.(change) ?? []) queue.add(key);
  });
  for (const key of parts.initial()) queue.add(key);
  return {
    close: () => {
      stop();
      queue.close();
      parts.close?.();
    },
  };
}

/** The key of a namespaced object: `namespace/name`; a bare name where there is no namespace. */
export function keyOf(object: KubernetesObject): string {
  const {namespace = '', name = ''} = object.metadata ?? {};
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Takes a key apart again. */
export function splitKey(key: string): {readonly namespace: string; readonly name: string} {
  const slash = key.indexOf('/');
  return {namespace: key.slice(0, Math.max(slash, 0)), name: key.slice(slash + 1)};
}

/** The key of the changed object itself. */
export function own(change: ApiChange): Iterable<string> {
  return [keyOf(change.object)];
}
