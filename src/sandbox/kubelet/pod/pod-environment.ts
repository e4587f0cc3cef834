import type {ResolverConfig} from '../../../model/index.ts';
import type {PodNetworkNamespace} from '../../pod-network.ts';
import type {PodPlace} from '../container/downward.ts';
import type {KubeletContext} from '../context.ts';
import type {PodVolumes} from '../volumes/pod-volumes.ts';
import type {HostName} from './hosts-file.ts';
import type {ContainerSpec, PodObject} from './pod-object.ts';

/** What a pod gives its containers, once its sandbox is up. */
export interface PodEnvironment {
  readonly context: KubeletContext;
  /** The pod as it is stored now. */
  readonly current: () => PodObject;
  readonly place: PodPlace;
  readonly volumes: PodVolumes;
  readonly network: PodNetworkNamespace;
  readonly hostName: HostName;
  readonly resolver: ResolverConfig;
  readonly etcHosts: string;
  /** A container's status is another now. */
  readonly changed: () => void;
  /** The node is gone, or the pod: everything stops where it is. */
  readonly stop: AbortSignal;
  /** The pod is being ended: nothing is restarted any more. */
  readonly ending: AbortSignal;
}

/** Records an Event about the pod, or about one of its containers. */
export function recordPodEvent(
  context: KubeletContext,
  pod: PodObject,
  container: {readonly spec: ContainerSpec; readonly isInit: boolean} | null,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  const {name, namespace, uid} = pod.metadata;
  const fieldPath = container ? {fieldPath: `spec.${container.isInit ? 'initContainers' : 'containers'}{${container.spec.name}}`} : {};
  context.events.record({apiVersion: 'v1', kind: 'Pod', name, namespace, uid, ...fieldPath}, type, reason, message);
}

/** How long what is being killed may still take. */
export class Grace {
  readonly #context: KubeletContext;
  readonly #expired = new AbortController();
  #endsAt = Number.POSITIVE_INFINITY;
  #timer = new AbortController();

  constructor(context: KubeletContext, ms: number) {
    this.#context = context;
    this.shorten(ms);
  }

  get expired(): AbortSignal {
    return this.#expired.signal;
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAt - this.#context.clock.now());
  }

  /** A second deletion may leave less time than the first, never more. */
  shorten(ms: number): void {
    const endsAt = this.#context.clock.now() + ms;
    if (endsAt >= this.#endsAt) return;
    this.#endsAt = endsAt;
    this.#timer.abort();
    this.#timer = new AbortController();
    void this.#context.clock.sleep(ms, this.#timer.signal).then((over) => over && this.#expired.abort());
  }

  /** Ends the wait. */
  release(): void {
    this.#timer.abort();
  }
}
