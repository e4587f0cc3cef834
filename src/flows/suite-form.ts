import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {KubernetesObject} from '../model/index.ts';
import type {OnNode, SuiteForm, SuiteProgram} from '../suite/setups/index.ts';
import {packageRoot} from './package-root.ts';
import {type QuizStore, quizStoreThere} from './quiz-store.ts';
import {sandboxDoor} from './sandbox-door.ts';
import type {ClusterSource} from './source.ts';

/** What of the setups can be chosen in a cluster that is no sandbox. */
export interface SetupFlags {
  readonly 'node-image'?: string | undefined;
  readonly 'mongo-image'?: string | undefined;
  readonly 'quiz-store'?: string | undefined;
}

export const MONGO_IMAGE = 'mongo';
const NODE_IMAGE = 'node:24-alpine';

/** The form in which setups go into this cluster: the book's images where they are, which is the sandbox, else the programs on Node. */
export async function suiteFormOf(source: ClusterSource, namespace: string, flags: SetupFlags): Promise<SuiteForm> {
  if ((await sandboxDoor(source.client)) !== null) return 'images';
  const asked = askedStore(flags);
  const [there, claims] = await Promise.all([asked === null ? quizStoreThere(source, namespace) : null, claimsAreMet(source, namespace)]);
  return onNode(flags, asked ?? there ?? 'mongo', claims);
}

/** The form that names all that any choice may have made, and the one that names no more than every choice makes: for deletion. */
export async function extremeForms(source: ClusterSource): Promise<{widest: SuiteForm; narrowest: SuiteForm}> {
  if ((await sandboxDoor(source.client)) !== null) return {widest: 'images', narrowest: 'images'};
  return {widest: onNode({}, 'mongo', true), narrowest: onNode({}, 'sqlite', false)};
}

/** The setups' form for clusters that have none of the suite's images. */
export function onNode(flags: SetupFlags, store: QuizStore, claims: boolean): OnNode {
  return {
    image: flags['node-image'] ?? NODE_IMAGE,
    code: suiteProgram,
    mongoImage: store === 'mongo' ? (flags['mongo-image'] ?? MONGO_IMAGE) : null,
    claims,
  };
}

/** Where Quiz shall keep its data; null where nobody says so. */
export function askedStore(flags: SetupFlags): QuizStore | null {
  if (flags['quiz-store'] !== undefined) return flags['quiz-store'] as QuizStore;
  return flags['mongo-image'] === undefined ? null : 'mongo';
}

/** A program of the suite, as it is built into this package. */
function suiteProgram(program: SuiteProgram): string {
  return readFileSync(path.join(packageRoot(), 'dist', 'suite', `${program}.mjs`), 'utf8');
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** Whether a claim that names no class gets a volume: without a default class it would keep its pod waiting for ever. */
async function claimsAreMet({client}: ClusterSource, namespace: string): Promise<boolean> {
  const {ApiRefusal} = await import('../kube/index.ts');
  const claim = `/api/v1/namespaces/${encodeURIComponent(namespace)}/persistentvolumeclaims/quiz-data`;
  const ask = async (url: string, otherwise: boolean): Promise<KubernetesObject | boolean> => {
    try {
      return (await client.get(url)) as KubernetesObject;
    } catch (error) {
      if (error instanceof ApiRefusal) return otherwise;
      throw error;
    }
  };
  const [classes, own] = await Promise.all([ask('/apis/storage.k8s.io/v1/storageclasses', true), ask(claim, false)]);
  if (own !== false || classes === true) return true; // no right to look: as most clusters have it
  const {items = []} = classes as {items?: readonly KubernetesObject[]};
  return items.some(({metadata}) => metadata?.annotations?.[DEFAULT_CLASS] === 'true');
}
