import {KiadaError} from '../errors.ts';
import type {CheckResult} from '../findings/index.ts';
import type {ObjectSource, ReadRequest, ResourceName} from '../kube/index.ts';
import type {ClusterView, Service, ServiceCheckResult, Severity} from '../model/index.ts';
import {unknownCode} from './explain.ts';
import {EXPLAINING} from './explaining.ts';
import {viewOfManifests} from './manifest-view.ts';
import {withPodsElsewhere} from './pods-elsewhere.ts';
import {pickServices, serviceName} from './read-view.ts';
import {openSource, type SourceFlags} from './source.ts';

export interface CheckFlags extends SourceFlags {
  readonly namespace?: string | undefined;
  readonly 'all-namespaces': boolean;
  readonly selector?: string | undefined;
  readonly filename?: readonly string[] | undefined;
  readonly recursive: boolean;
  readonly 'min-severity'?: string | undefined;
  readonly ignore?: readonly string[] | undefined;
}

/** The findings about the named Services or all in scope: of manifests where files are named, else of a snapshot or a cluster. */
export async function checkServices(names: readonly string[], flags: CheckFlags): Promise<ServiceCheckResult> {
  const {codes, parseIgnored} = await import('../findings/index.ts');
  // a slip in a flag is told before a cluster is asked
  for (const {code} of (flags.ignore ?? []).map(parseIgnored)) if (!codes().includes(code)) unknownCode(code, codes());
  if ((flags.filename?.length ?? 0) > 0) return checkFiles(names, flags);
  const source = await openSource(flags);
  try {
    // ages in a snapshot end when it was taken, which it does not say
    return await checkSource(source, names, flags, source.kind === 'snapshot' ? undefined : Date.now());
  } finally {
    source.close();
  }
}

/** Read where the right to do so is given; the rest of the check does without. */
const OPTIONAL: readonly ResourceName[] = ['endpointslices', 'endpoints', 'pods', 'events', ...EXPLAINING];

/** The same of an open source, as of a moment; without one no age is judged. */
export async function checkSource(
  source: ObjectSource,
  names: readonly string[],
  flags: CheckFlags,
  nowMs: number | undefined,
): Promise<ServiceCheckResult> {
  const {viewOf} = await import('../routing/index.ts');
  const namespace = flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace);
  const requests: readonly ReadRequest[] = [
    {resource: 'services', namespace},
    ...OPTIONAL.map((resource) => ({resource, namespace, optional: true})),
    {resource: 'nodes', namespace: null, optional: true},
    {resource: 'namespaces', namespace: null, optional: true},
    {resource: 'configmaps', namespace: 'kube-system', name: 'kube-proxy', optional: true},
  ];
  const {objects, unknown} = await source.read(requests);
  const read = {view: viewOf(objects), objects};
  const services = await servicesAsked(read.view, namespace ?? source.namespace, names, flags);
  const elsewhere = await withPodsElsewhere(source, read, services ?? [...read.view.services.values()]);
  const checked = await run(elsewhere.view, {services, unreadable: unknown, nowMs}, flags);
  return resultOf(read.view, services, {...checked, unknown: [...checked.unknown, ...elsewhere.unknown]});
}

async function checkFiles(names: readonly string[], flags: CheckFlags): Promise<ServiceCheckResult> {
  if (flags.snapshot !== undefined)
    throw new KiadaError('USAGE', '-f and --snapshot name two things to check', {hint: 'Name one of them.'});
  const {readManifests} = await import('../kube/index.ts');
  const manifests = await readManifests(flags.filename ?? [], {recursive: flags.recursive});
  const view = await viewOfManifests(
    manifests.map((manifest) => manifest.object),
    flags.namespace ?? 'default',
  );
  const services = await servicesAsked(view, flags.namespace ?? 'default', names, flags);
  return resultOf(view, services, await run(view, {services, manifests: true}, flags));
}

type RunOptions = Parameters<typeof import('../findings/index.ts').check>[1];

async function run(view: ClusterView, options: RunOptions, flags: CheckFlags): Promise<CheckResult> {
  const {check} = await import('../findings/index.ts');
  return check(view, {...options, ignore: flags.ignore, minSeverity: flags['min-severity'] as Severity | undefined});
}

/** undefined for all: the check then looks at what concerns no single Service too. */
async function servicesAsked(
  view: ClusterView,
  namespace: string,
  names: readonly string[],
  flags: CheckFlags,
): Promise<readonly Service[] | undefined> {
  const {matchesSelectorText} = await import('../endpoints/index.ts');
  if (names.length === 0 && flags.selector === undefined) return undefined;
  const named = names.length === 0 ? [...view.services.values()] : pickServices(view, namespace, names.map(serviceName));
  return named.filter((service) => flags.selector === undefined || matchesSelectorText(flags.selector, service.labels));
}

function resultOf(view: ClusterView, services: readonly Service[] | undefined, {findings, unknown}: CheckResult): ServiceCheckResult {
  return {checked: services?.length ?? view.services.size, findings, unknown};
}
