import type {ApiChange} from '../../api.ts';
import type {KubeletContext} from '../context.ts';
import {PodLife} from '../pod/pod-life.ts';
import {asPod, type PodObject} from '../pod/pod-object.ts';
import {type NodeSpec, postNodeStatus, renewLease} from './node-object.ts';

const LEASE_INTERVAL_MS = 10_000;
/** With leases as the sign of life the status itself is posted this seldom while nothing changes. */
const STATUS_EVERY_LEASES = 30;

/** The kubelet of one node: its sign of life, and the pods bound to it. */
export class NodeKubelet {
  readonly spec: NodeSpec;
  readonly #context: KubeletContext;
  readonly #lives = new Map<string, PodLife>();
  readonly #down = new AbortController();

  constructor(spec: NodeSpec, context: KubeletContext) {
    this.spec = spec;
    this.#context = context;
    postNodeStatus(spec, context);
    const pods = this.#boundPods();
    for (const pod of pods) this.#keepAddresses(pod);
    for (const pod of pods) this.#add(pod);
    void this.#beat();
  }

  find(namespace: string, name: string): PodLife | null {
    for (const life of this.#lives.values()) {
      if (life.pod.metadata.name === name && life.pod.metadata.namespace === namespace) return life;
    }
    return null;
  }

  podChanged(change: ApiChange): void {
    const pod = asPod(change.object);
    const life = this.#lives.get(pod.metadata.uid);
    if (change.type === 'DELETED') {
      this.#lives.delete(pod.metadata.uid);
      void life?.removed();
    } else if (life) life.updated(pod);
    else if (pod.spec.nodeName === this.spec.name) this.#add(pod);
  }

  /** A ConfigMap or Secret of the namespace has changed. */
  configurationChanged(namespace: string): void {
    for (const life of this.#lives.values()) if (life.pod.metadata.namespace === namespace) life.refreshVolumes();
  }

  /** The node goes down with all that runs on it; nobody is told. */
  async halt(): Promise<void> {
    this.#down.abort();
    await Promise.all([...this.#lives.values()].map((life) => life.halt()));
    this.#lives.clear();
  }

  #add(pod: PodObject): void {
    this.#lives.set(pod.metadata.uid, new PodLife(pod, this.#context));
  }

  #boundPods(): PodObject[] {
    return this.#context.api
      .list('pods')
      .map(asPod)
      .filter(({spec}) => spec.nodeName === this.spec.name);
  }

  #keepAddresses({spec, status}: PodObject): void {
    if (spec.hostNetwork || status?.phase === 'Succeeded' || status?.phase === 'Failed') return;
    for (const {ip} of status?.podIPs ?? []) this.#context.pools.some((pool) => pool.keep(ip));
  }

  async #beat(): Promise<void> {
    for (let beats = 0; ; beats += 1) {
      try {
        if (beats % STATUS_EVERY_LEASES === 0) postNodeStatus(this.spec, this.#context);
        renewLease(this.spec, this.#context);
        for (const life of this.#lives.values()) life.renewTokens();
      } catch (error) {
        this.#context.log(
          `node ${this.spec.name}: no sign of life could be written: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      if (!(await this.#context.clock.sleep(LEASE_INTERVAL_MS, this.#down.signal))) return;
    }
  }
}
