import type {Finding, ProbeTargetResult} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import {pickServices, readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';
import {type ProbeTarget, parseTarget} from './probe-target.ts';
import type {ProbeOptions} from './run-probe.ts';

/** A Service that is not healthy, with what is wrong with it: from its objects, and from trying its endpoints, its paths and its name. */
export async function withFindings(
  source: ClusterSource,
  reach: Reach,
  result: ProbeTargetResult,
  options: ProbeOptions,
): Promise<ProbeTargetResult> {
  const target = parseTarget(result.target);
  if (target.kind !== 'service' || result.verdict === 'healthy') return result;
  const found = await findingsOf(source, reach, target, options);
  return {...result, findings: found.findings, unknown: [...result.unknown, ...found.unknown]};
}

async function findingsOf(
  source: ClusterSource,
  reach: Reach,
  target: Extract<ProbeTarget, {kind: 'service'}>,
  {namespace, at}: ProbeOptions,
): Promise<{readonly findings: readonly Finding[]; readonly unknown: ProbeTargetResult['unknown']}> {
  const [{check}, {observeService}] = await Promise.all([import('../../findings/index.ts'), import('../observe/index.ts')]);
  const scope = {namespace, services: [target.name], pods: true, nodes: true, events: true, context: true};
  const {view, unknown} = await readView(source, scope);
  // while waiting for it, a target may be absent to the end
  if (!view.services.has(`${namespace}/${target.name}`)) return {findings: [], unknown: []};
  const services = pickServices(view, namespace, [target.name]);
  const tried = await Promise.all(services.map((service) => observeService(source, reach, view, service, at)));
  const observed = tried.flatMap(({observations}) => observations);
  const checked = check(view, {services, unreadable: unknown, nowMs: Date.now(), observed, minSeverity: 'warning'});
  return {findings: checked.findings, unknown: [...checked.unknown, ...tried.flatMap((entry) => entry.unknown)]};
}
