import {familyOf} from '../../ip/index.ts';
import type {Pod, Service} from '../../model/index.ts';
import {list, record, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl, lines} from '../words.ts';
import {candidates} from './classify.ts';

/** How long the controller may take to write what it sees. */
const PATIENCE_MS = 30_000;

export const slicesBehind: Rule = {
  code: 'KIA0214',
  name: 'EndpointSlicesBehind',
  severity: 'error',
  certainty: 'proven',
  summary: 'Ready pods are missing from the EndpointSlices, or stand there as not ready.',
  why: 'The EndpointSlice controller brings the slices in line within moments. If it does not, kube-controller-manager is down or overloaded, or something else writes to the slices.',
  remedy: 'Look at kube-controller-manager; deleting the slices makes it write them anew.',
  needs: ['pods', 'endpointslices', 'nodes'],
  live: true,
  *check(facts, service) {
    if (slicesOf(facts, service).length === 0) return;
    const behind = readyPods(facts, service).filter((pod) => !isReadyEndpoint(facts, service, pod));
    if (behind.length === 0) return;
    const some = facts.endpoints(service).some((endpoint) => endpoint.ready);
    yield {
      message: `${behind.length} ready ${behind.length === 1 ? 'pod is' : 'pods are'} no ready endpoint in the EndpointSlices${some ? '' : '; there is none at all'}`,
      severity: some ? 'warning' : 'error',
      evidence: lines(behind.map((pod) => `pod ${pod.name}: ready, address ${pod.ips.join(', ')}`)),
      remedy: `have them written anew: ${kubectl(service.namespace, 'delete', 'endpointslices', '-l', `kubernetes.io/service-name=${service.name}`)}`,
    };
  },
};

export const slicesMissing: Rule = {
  code: 'KIA0215',
  name: 'EndpointSlicesMissing',
  severity: 'error',
  certainty: 'proven',
  summary: 'The Service selects ready pods, but has no EndpointSlice at all.',
  why: 'The EndpointSlice controller keeps at least one slice for each Service with a selector. That there is none means that it does not run, or may not write.',
  remedy: 'Look at kube-controller-manager and its controller endpointslice-controller.',
  needs: ['pods', 'endpointslices', 'nodes'],
  live: true,
  *check(facts, service) {
    const ready = readyPods(facts, service);
    if (ready.length === 0 || slicesOf(facts, service).length > 0) return;
    yield {
      message: `it selects ${ready.length} ready ${ready.length === 1 ? 'pod' : 'pods'}, but has no EndpointSlice`,
      evidence: lines(ready.map((pod) => `pod ${pod.name}: ready, address ${pod.ips.join(', ')}`)),
      remedy: `see whether the controller runs: ${kubectl('kube-system', 'get', 'pods', '-l', 'component=kube-controller-manager')}`,
    };
  },
};

function slicesOf(facts: Facts, service: Service) {
  return facts.view.slicesOf.get(`${service.namespace}/${service.name}`) ?? [];
}

/** Pods that should be ready endpoints by now. */
function readyPods(facts: Facts, service: Service): readonly Pod[] {
  if (service.selector === null || service.type === 'ExternalName' || service.deletedAt !== null) return [];
  const {nodes} = facts.view;
  return candidates(facts, service).filter((pod) => {
    const inFamily = pod.ips.some((ip) => service.ipFamilies.some((family) => family === familyOf(ip)));
    const placed = nodes.size === 0 || nodes.has(pod.nodeName ?? '');
    return pod.ready && inFamily && placed && isSettled(facts, pod);
  });
}

function isSettled(facts: Facts, pod: Pod): boolean {
  const condition = list(record(pod.object['status'])['conditions']).find((entry) => entry['type'] === 'Ready');
  const since = Date.parse(text(condition?.['lastTransitionTime']) ?? '');
  return facts.nowMs === null || Number.isNaN(since) || facts.nowMs - since > PATIENCE_MS;
}

function isReadyEndpoint(facts: Facts, service: Service, pod: Pod): boolean {
  return slicesOf(facts, service).some((slice) => slice.endpoints.some((endpoint) => endpoint.ready && endpoint.pod?.name === pod.name));
}
