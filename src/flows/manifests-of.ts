import {KiadaError} from '../errors.ts';
import type {Manifest} from '../kube/index.ts';
import type {SuiteForm} from '../suite/setups/index.ts';
import {nearest} from './nearest.ts';

/** The manifests of named setups, in this form, and of files, in that order. Throws USAGE where neither is named. */
export async function manifestsOf(
  setupNames: readonly string[],
  paths: readonly string[],
  recursive: boolean,
  form: SuiteForm = 'images',
): Promise<readonly Manifest[]> {
  if (setupNames.length === 0 && paths.length === 0) {
    throw new KiadaError('USAGE', 'nothing is named to work on', {hint: 'Name a setup (kiada setup list) or a file with -f PATH.'});
  }
  const {parseManifests, readManifests} = await import('../kube/index.ts');
  const fromSetups = (await Promise.all(setupNames.map((name) => setupYaml(name, form)))).flatMap(({name, yaml}) =>
    parseManifests(`setup ${name}`, yaml),
  );
  const fromFiles = await readManifests(paths, {recursive});
  return withoutDoubles([...fromSetups, ...fromFiles]);
}

/** A setup's manifests as YAML. Throws SETUP_NOT_FOUND with the nearest name. */
export async function setupYaml(name: string, form: SuiteForm): Promise<{name: string; summary: string; yaml: string}> {
  const {findSetup, setups} = await import('../suite/setups/index.ts');
  const setup = findSetup(name, form);
  if (setup === null) {
    const near = nearest(
      name,
      setups().map((known) => known.name),
    );
    throw new KiadaError('SETUP_NOT_FOUND', `there is no setup "${name}"`, near ? {hint: `Did you mean: ${near}`} : {});
  }
  const {stringify} = await import('yaml');
  return {
    name,
    summary: setup.summary,
    yaml: setup.objects.map((object) => stringify(object, {lineWidth: 0, aliasDuplicateObjects: false})).join('---\n'),
  };
}

/** Where setups share an object, the one that is named last stands, in the place of the first. Doubles in files stay: they may be meant. */
function withoutDoubles(manifests: readonly Manifest[]): readonly Manifest[] {
  const lasting = new Map<string | Manifest, Manifest>();
  for (const manifest of manifests) lasting.set(manifest.file.startsWith('setup ') ? keyOf(manifest) : manifest, manifest);
  return [...lasting.values()];
}

function keyOf({object}: Manifest): string {
  return `${object.apiVersion}/${object.kind}/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}
