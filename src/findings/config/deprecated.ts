import {record, text} from '../../view/index.ts';
import type {Rule} from '../rule.ts';
import {endpointsObject, hasAddresses, isManual, MIRRORING_CONTROLLER, slicesOf} from '../slices/manual.ts';
import {kubectl, names, patchService} from '../words.ts';

const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TOLERATE = 'service.alpha.kubernetes.io/tolerate-unready-endpoints';

export const externalIPs: Rule = {
  code: 'KIA0901',
  name: 'ExternalIPsUsed',
  severity: 'warning',
  certainty: 'proven',
  summary: 'spec.externalIPs is deprecated, and lets a namespace take over any address.',
  why: 'Whoever may write a Service can claim any address with it and so receive traffic that is meant for others (CVE-2020-8554). The field is deprecated since 1.36.',
  remedy: 'Use a Service of type LoadBalancer.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.externalIPs.length === 0) return;
    yield {
      message: `externalIPs ${names(service.externalIPs)}: the field is deprecated`,
      field: 'spec.externalIPs',
      remedy: patchService(service, {spec: {type: 'LoadBalancer', externalIPs: null}}),
    };
  },
};

export const endpointsKind: Rule = {
  code: 'KIA0904',
  name: 'EndpointsKindUsed',
  severity: 'info',
  certainty: 'proven',
  summary: 'The endpoints of the Service are written as the old kind Endpoints.',
  why: 'Endpoints is deprecated since 1.33. A controller copies it to EndpointSlices, at most 1000 addresses of each subset.',
  remedy: 'Write an EndpointSlice in its place.',
  needs: ['endpoints', 'endpointslices'],
  live: false,
  *check(facts, service) {
    const endpoints = isManual(service) ? endpointsObject(facts, service) : null;
    if (endpoints === null || !hasAddresses(endpoints)) return;
    const mirrored = slicesOf(facts, service).some((slice) => slice.managedBy === MIRRORING_CONTROLLER);
    if (!mirrored && (facts.live || slicesOf(facts, service).length > 0)) return;
    yield {
      message: 'its endpoints are written as Endpoints, a kind that is deprecated',
      object: {kind: 'Endpoints', namespace: service.namespace, name: service.name},
      remedy: `write them as an EndpointSlice; see what the controller made of them: ${kubectl(service.namespace, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${service.name}`, '-o', 'yaml')}`,
    };
  },
};

export const preferClose: Rule = {
  code: 'KIA0906',
  name: 'PreferCloseUsed',
  severity: 'info',
  certainty: 'proven',
  advice: true,
  summary: 'trafficDistribution PreferClose is the old name of PreferSameZone.',
  why: 'Both do the same; the new name says what it is.',
  remedy: 'Write PreferSameZone, once all clusters know it (1.35).',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.trafficDistribution !== 'PreferClose') return;
    yield {
      message: 'trafficDistribution PreferClose has a newer name: PreferSameZone',
      field: 'spec.trafficDistribution',
      remedy: patchService(service, {spec: {trafficDistribution: 'PreferSameZone'}}),
    };
  },
};

export const loadBalancerIP: Rule = {
  code: 'KIA0910',
  name: 'LoadBalancerIPUsed',
  severity: 'info',
  certainty: 'proven',
  summary: 'spec.loadBalancerIP is deprecated.',
  why: 'Deprecated since 1.24: its meaning differs between controllers, and it knows one family only. Controllers have annotations of their own for it.',
  remedy: "Use the annotation of your load balancer's controller.",
  needs: [],
  live: false,
  *check(facts, service) {
    const object = facts.view.objects.get(`Service/${service.namespace}/${service.name}`);
    const ip = text(record(object?.['spec'])['loadBalancerIP']);
    if (ip === null || ip === '') return;
    yield {
      message: `loadBalancerIP ${ip}: the field is deprecated`,
      field: 'spec.loadBalancerIP',
      remedy: `set the address by the annotation of the controller, then: ${patchService(service, {spec: {loadBalancerIP: null}})}`,
    };
  },
};

export const sourceRangesAnnotation: Rule = {
  code: 'KIA0911',
  name: 'SourceRangesAnnotation',
  severity: 'warning',
  certainty: 'possible',
  summary: 'Source ranges are given by an annotation that kube-proxy does not read.',
  why: `The annotation ${SOURCE_RANGES} is the predecessor of spec.loadBalancerSourceRanges. Some clouds still read it; kube-proxy reads the field alone.`,
  remedy: 'Use spec.loadBalancerSourceRanges.',
  needs: [],
  live: false,
  *check(_, service) {
    const value = service.annotations[SOURCE_RANGES];
    if (value === undefined || service.loadBalancerSourceRanges.length > 0) return;
    yield {
      message: `annotation ${SOURCE_RANGES} limits nothing at the nodes`,
      evidence: [`${SOURCE_RANGES}: ${value}`],
      field: `metadata.annotations[${SOURCE_RANGES}]`,
      remedy: patchService(service, {spec: {loadBalancerSourceRanges: value.split(',').map((range) => range.trim())}}),
    };
  },
};

export const tolerateUnready: Rule = {
  code: 'KIA0912',
  name: 'TolerateUnreadyAnnotation',
  severity: 'warning',
  certainty: 'proven',
  summary: 'An annotation that used to publish unready pods has no effect any more.',
  why: `The EndpointSlice controller reads spec.publishNotReadyAddresses alone; ${TOLERATE} is history.`,
  remedy: 'Set publishNotReadyAddresses, or remove the annotation.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.annotations[TOLERATE] !== 'true' || service.publishNotReadyAddresses) return;
    yield {
      message: `annotation ${TOLERATE} has no effect`,
      field: `metadata.annotations[${TOLERATE}]`,
      remedy: patchService(service, {metadata: {annotations: {[TOLERATE]: null}}, spec: {publishNotReadyAddresses: true}}),
    };
  },
};
