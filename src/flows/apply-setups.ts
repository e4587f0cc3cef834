import type {Manifest} from '../kube/index.ts';
import type {SuiteForm} from '../suite/setups/index.ts';
import {manifestsOf} from './manifests-of.ts';
import {quizStoreThere, whyNoMongo} from './quiz-store.ts';
import type {ClusterSource} from './source.ts';
import {askedStore, onNode, type SetupFlags} from './suite-form.ts';

/** What an apply of setups to a cluster that is no sandbox has to do beside applying. */
export interface QuizCare {
  readonly source: ClusterSource;
  readonly namespace: string;
  readonly form: SuiteForm;
  readonly flags: SetupFlags;
  readonly timeoutMs: number;
  say(text: string): void;
}

/** A pod's containers cannot be changed: a Quiz that was asked to keep its data elsewhere makes room for the new one. */
export async function makeRoomForQuiz(care: QuizCare, manifests: readonly Manifest[]): Promise<void> {
  const {source, namespace, flags} = care;
  const asked = askedStore(flags);
  if (asked === null || !manifests.some(isQuizPod)) return;
  const there = await quizStoreThere(source, namespace);
  if (there === null || there === asked) return;
  care.say(`pod/quiz is replaced: it keeps its data in ${STORES[there]}, asked for is ${STORES[asked]}`);
  await remove(care, manifests.filter(isQuizPod));
}

/**
 * Whether MongoDB's image comes is known only when a node has tried to pull it. Where it does not, and nobody asked for it, Quiz keeps
 * its data in SQLite, and that is said. Returns `Kind/name` of the objects that were taken away again.
 */
export async function settleQuizStore(care: QuizCare, setups: readonly string[]): Promise<readonly string[]> {
  const {source, namespace, form, flags} = care;
  if (form === 'images' || form.mongoImage === null || askedStore(flags) !== null) return [];
  const inForm = async (wanted: SuiteForm) => (await manifestsOf(setups, [], false, wanted)).filter(isOfQuiz);
  const withMongo = await inForm(form);
  if (withMongo.length === 0) return [];
  const why = await whyNoMongo(source, namespace, care.timeoutMs);
  if (why === null) return [];
  care.say(`Quiz keeps its data in SQLite: the image ${form.mongoImage} cannot be had here (${why})`);
  const withSqlite = await inForm(onNode(flags, 'sqlite', form.claims));
  const kept = withSqlite.map(keyOf);
  const superfluous = withMongo.filter((manifest) => !kept.includes(keyOf(manifest)));
  await remove(care, [...superfluous, ...withMongo.filter(isQuizPod)]);
  const {applyManifests} = await import('../kube/index.ts');
  await applyManifests(source.client, withSqlite, {namespace, dryRun: 'none', force: false});
  return superfluous.map(keyOf);
}

/** A program that has only just started may not hear the signal to end. Quiz answers within milliseconds. */
const GRACE_SECONDS = 2;

const STORES = {mongo: 'MongoDB', sqlite: 'SQLite'} as const;

function keyOf({object}: Manifest): string {
  return `${object.kind}/${object.metadata?.name}`;
}

function isOfQuiz({object}: Manifest): boolean {
  return object.metadata?.labels?.['kiada.dev/setup'] === 'quiz';
}

/** Whether a manifest is that of the pod of Quiz, of ours. */
export function isQuizPod(manifest: Manifest): boolean {
  return isOfQuiz(manifest) && manifest.object.kind === 'Pod';
}

async function remove({source, namespace, timeoutMs}: QuizCare, manifests: readonly Manifest[]): Promise<void> {
  const {deleteManifests} = await import('../kube/index.ts');
  const deadline = AbortSignal.timeout(timeoutMs);
  await deleteManifests(source.client, manifests, {namespace, wait: true, deadline, graceSeconds: GRACE_SECONDS});
}
