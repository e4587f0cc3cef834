import {topologyAnnotationEnabled} from '../../endpoints/index.ts';
import type {Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl, names, patchService} from '../words.ts';
import {isSplittable, sharesOf, workingCounts} from './topology-shares.ts';

const MODE = 'service.kubernetes.io/topology-mode';
const OLD = 'service.kubernetes.io/topology-aware-hints';
const KNOWN_VALUES = new Set(['Auto', 'auto', 'Disabled', 'disabled', '']);

export const topologyHintsOff: Rule = {
  code: 'KIA0502',
  name: 'TopologyHintsOff',
  severity: 'warning',
  certainty: 'proven',
  summary: 'Topology-aware routing is asked for, but a safeguard keeps it off.',
  why: 'The controller sets hints only if every node tells its zone and CPU, there are as many ready endpoints as zones, and no zone would get more than 1.2 times its share. Otherwise it sets none, and traffic crosses zones as before.',
  remedy: 'Change the number of endpoints or label the nodes; or use trafficDistribution, which has no such safeguards.',
  needs: ['endpointslices', 'nodes'],
  live: true,
  *check(facts, service) {
    const object = facts.view.objects.get(`Service/${service.namespace}/${service.name}`);
    if (object === undefined || !topologyAnnotationEnabled(service.annotations) || facts.view.nodes.size === 0) return;
    const why = obstacle(facts, service);
    if (why === null) return;
    const key = OLD in service.annotations ? OLD : MODE;
    yield {
      message: `topology hints are off: ${why}`,
      evidence: [`annotation ${key}: ${service.annotations[key]}`],
      field: `metadata.annotations[${key}]`,
      remedy: `without safeguards: ${patchService(service, {metadata: {annotations: {[key]: null}}, spec: {trafficDistribution: 'PreferSameZone'}})}`,
    };
  },
};

function obstacle(facts: Facts, service: Service): string | null {
  const result = sharesOf(facts.view);
  if ('obstacle' in result) return result.obstacle;
  const ready = facts.endpoints(service).filter((endpoint) => endpoint.ready && endpoint.family === (service.ipFamilies[0] ?? 'IPv4'));
  if (ready.length === 0 || isSplittable(result.shares, ready.length)) return null;
  const counts = names(workingCounts(result.shares, ready.length).map(String));
  const split =
    ready.length < result.shares.length
      ? `fewer than the ${result.shares.length} zones`
      : `which cannot be split over ${result.shares.length} zones within 20 %`;
  return `there are ${ready.length} ready endpoints, ${split}; ${counts} would work`;
}

export const topologyValue: Rule = {
  code: 'KIA0503',
  name: 'TopologyModeUnknown',
  severity: 'warning',
  certainty: 'proven',
  summary: 'The topology annotation has a value that nothing acts on.',
  why: 'Only Auto and auto turn topology-aware routing on; any other value leaves it off without a word.',
  remedy: 'Write Auto, or use spec.trafficDistribution.',
  needs: [],
  live: false,
  *check(_, service) {
    for (const key of [OLD, MODE]) {
      const value = service.annotations[key];
      if (value === undefined || KNOWN_VALUES.has(value)) continue;
      yield {
        message: `annotation ${key} is "${value}", which turns nothing on`,
        field: `metadata.annotations[${key}]`,
        remedy: kubectl(service.namespace, 'annotate', 'service', service.name, `${key}=Auto`, '--overwrite'),
      };
    }
  },
};

export const topologyBoth: Rule = {
  code: 'KIA0505',
  name: 'TopologyAnnotationWins',
  severity: 'warning',
  certainty: 'proven',
  summary: 'The topology annotation makes trafficDistribution have no effect.',
  why: 'Where both are set, the controller follows the annotation and ignores the field.',
  remedy: 'Remove the annotation.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.trafficDistribution === null || !topologyAnnotationEnabled(service.annotations)) return;
    const key = OLD in service.annotations ? OLD : MODE;
    yield {
      message: `trafficDistribution ${service.trafficDistribution} has no effect, as the annotation ${key} is set`,
      field: 'spec.trafficDistribution',
      remedy: kubectl(service.namespace, 'annotate', 'service', service.name, `${key}-`),
    };
  },
};

export const topologyOldKey: Rule = {
  code: 'KIA0905',
  name: 'TopologyAnnotationOld',
  severity: 'info',
  certainty: 'proven',
  summary: 'The annotation for topology-aware hints has its old name.',
  why: `${OLD} is deprecated since 1.27; it still wins over its successor ${MODE}.`,
  remedy: 'Use spec.trafficDistribution, or the new annotation.',
  needs: [],
  live: false,
  *check(_, service) {
    if (!(OLD in service.annotations)) return;
    yield {
      message: `annotation ${OLD} is deprecated`,
      field: `metadata.annotations[${OLD}]`,
      remedy: patchService(service, {metadata: {annotations: {[OLD]: null}}, spec: {trafficDistribution: 'PreferSameZone'}}),
    };
  },
};
