import {KiadaError} from '../errors.ts';
import type {Manifest} from '../kube/index.ts';
import type {ApplyResult, KubernetesObject} from '../model/index.ts';
import {isQuizPod, makeRoomForQuiz, settleQuizStore} from './apply-setups.ts';
import {manifestsOf} from './manifests-of.ts';
import type {ClusterSource} from './source.ts';
import {extremeForms, type SetupFlags, suiteFormOf} from './suite-form.ts';
import {waitUntilReady} from './wait-until-ready.ts';

export interface ApplyFlags {
  readonly namespace?: string | undefined;
  readonly filename?: readonly string[] | undefined;
  readonly recursive: boolean;
  readonly wait: boolean;
  readonly timeout: number;
}

type ApplyMoreFlags = ApplyFlags & SetupFlags & {readonly 'dry-run': string; readonly 'force-conflicts': boolean; readonly prune: boolean};

/** Applies setups and files, prunes and waits as the flags say. */
export async function applyFlow(
  source: ClusterSource,
  setups: readonly string[],
  flags: ApplyMoreFlags,
  say: (text: string) => void,
): Promise<ApplyResult> {
  if (flags.prune && setups.length === 0) throw new KiadaError('USAGE', '--prune needs a setup: it looks for what the setup no longer has');
  const {applyManifests} = await import('../kube/index.ts');
  const namespace = flags.namespace ?? source.namespace;
  const form = setups.length === 0 ? 'images' : await suiteFormOf(source, namespace, flags);
  const manifests = await manifestsOf(setups, flags.filename ?? [], flags.recursive, form);
  const dryRun = flags['dry-run'] as 'none' | 'client' | 'server';
  const care = {source, namespace, form, flags, timeoutMs: flags.timeout, say};
  if (dryRun === 'none') await makeRoomForQuiz(care, manifests);
  if (form !== 'images' && !form.claims && manifests.some(isQuizPod))
    say('no default StorageClass: what Quiz is told is gone with its pod');
  const applied = await applyManifests(source.client, manifests, {namespace, dryRun, force: flags['force-conflicts']});
  for (const warning of new Set(applied.flatMap((object) => object.warnings))) say(`Warning: ${warning}`);
  const objects = applied.map(({kind, namespace: where, name, action}) => ({kind, namespace: where, name, action}));
  const pruned = flags.prune && dryRun === 'none' ? await prune(source, setups, manifests, namespace) : [];
  if (!flags.wait || dryRun !== 'none') return {objects: [...objects, ...pruned]};
  const from = Date.now();
  const gone = await settleQuizStore(care, setups);
  await waitUntilReady(source, manifests, namespace, Math.max(0, flags.timeout - (Date.now() - from)), say);
  return {objects: [...objects.filter(({kind, name}) => !gone.includes(`${kind}/${name}`)), ...pruned]};
}

/** Deletes what setups and files name. Throws TIMED_OUT where it is to be waited for and is not gone in time. */
export async function deleteFlow(source: ClusterSource, setups: readonly string[], flags: ApplyFlags): Promise<ApplyResult> {
  const {deleteManifests} = await import('../kube/index.ts');
  const {widest, narrowest} = setups.length === 0 ? IMAGES : await extremeForms(source);
  const manifests = await manifestsOf(setups, flags.filename ?? [], flags.recursive, widest);
  const always = widest === narrowest ? manifests : await manifestsOf(setups, [], false, narrowest);
  const namespace = flags.namespace ?? source.namespace;
  const deadline = AbortSignal.timeout(flags.timeout);
  const deleted = await deleteManifests(source.client, manifests, {namespace, wait: flags.wait, deadline});
  // what only another choice would have made is not missed
  const isMissed = (key: string) =>
    [...always, ...manifests.filter(({file}) => !file.startsWith('setup '))].some(
      ({object}) => key === `${object.kind}/${object.metadata?.name}`,
    );
  return {objects: deleted.filter(({action, kind, name}) => action === 'deleted' || isMissed(`${kind}/${name}`))};
}

const IMAGES = {widest: 'images', narrowest: 'images'} as const;
const PRUNED = ['services', 'pods', 'configmaps', 'endpoints', 'endpointslices', 'deployments'] as const;

/** Deletes what earlier applies of the named setups made and the setups no longer have. */
async function prune(
  source: ClusterSource,
  setups: readonly string[],
  manifests: readonly Manifest[],
  namespace: string,
): Promise<ApplyResult['objects']> {
  const [{objectPath, RESOURCES}, {findSetup, SETUP_LABEL}] = await Promise.all([
    import('../kube/index.ts'),
    import('../suite/setups/index.ts'),
  ]);
  const keep = new Set(manifests.map(({object}) => `${object.kind}/${object.metadata?.name}`));
  const parts = setups.flatMap((name) => findSetup(name)?.parts ?? []);
  const labelSelector = `${SETUP_LABEL} in (${parts.join(',')})`;
  const {objects} = await source.read(PRUNED.map((resource) => ({resource, namespace, labelSelector})));
  const doomed = objects.filter((object) => wasApplied(object) && !keep.has(`${object.kind}/${object.metadata?.name}`));
  for (const object of doomed) {
    const resource = Object.values(RESOURCES).find((known) => known.kind === object.kind);
    if (resource) await source.client.send({method: 'DELETE', path: objectPath(resource, namespace, object.metadata?.name ?? '')});
  }
  return doomed.map((object) => ({kind: object.kind ?? '', namespace, name: object.metadata?.name ?? '', action: 'deleted' as const}));
}

/** Whether an apply of ours made the object: controllers copy a Service's labels to its slices, which are theirs. */
function wasApplied(object: KubernetesObject): boolean {
  const managers = (object.metadata?.['managedFields'] ?? []) as readonly {manager?: string; operation?: string}[];
  return managers.some(({manager, operation}) => manager === 'kiada' && operation === 'Apply');
}
