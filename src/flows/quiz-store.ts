import {setTimeout as delay} from 'node:timers/promises';
import type {KubernetesObject} from '../model/index.ts';
import type {ClusterSource} from './source.ts';

/** Where Quiz keeps its data in a cluster that is no sandbox. */
export type QuizStore = 'mongo' | 'sqlite';

const POLL_MS = 250;

interface QuizPod {
  readonly spec?: {readonly containers?: readonly {readonly name: string; readonly image?: string}[]};
  readonly status?: {
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly state?: {
        readonly waiting?: {readonly reason?: string; readonly message?: string};
        readonly running?: object;
        readonly terminated?: object;
      };
    }[];
  };
}

/** The store of the Quiz pod that an earlier apply made; null where there is none. */
export async function quizStoreThere(source: ClusterSource, namespace: string): Promise<QuizStore | null> {
  const pod = await quizPod(source, namespace);
  if (pod === null || pod.metadata?.labels?.['app.kubernetes.io/managed-by'] !== 'kiada') return null;
  return (pod as QuizPod).spec?.containers?.some(({name}) => name === 'mongo') ? 'mongo' : 'sqlite';
}

/** Reasons of a container that waits for an image which does not come. */
const NO_IMAGE = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable']);

/** Waits until Quiz's MongoDB has started, or cannot for want of its image: then what the kubelet says of it; else null. */
export async function whyNoMongo(source: ClusterSource, namespace: string, timeoutMs: number): Promise<string | null> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await delay(POLL_MS)) {
    const statuses = ((await quizPod(source, namespace)) as QuizPod | null)?.status?.containerStatuses ?? [];
    const state = statuses.find(({name}) => name === 'mongo')?.state;
    if (state?.running || state?.terminated) return null;
    const {reason = '', message = ''} = state?.waiting ?? {};
    if (NO_IMAGE.has(reason)) return `${reason} ${message}`.trim();
  }
  return null;
}

async function quizPod(source: ClusterSource, namespace: string): Promise<KubernetesObject | null> {
  const {objects} = await source.read([{resource: 'pods', namespace, name: 'quiz'}]);
  return objects[0] ?? null;
}
