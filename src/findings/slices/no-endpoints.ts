import type {Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {count, kubectl} from '../words.ts';
import {endpointsObject, hasAddresses, isManual, looseSliceFor, SKIP_MIRROR, slicesOf, strayEndpointsFor} from './manual.ts';

/** Whether a Service without selector has no endpoint at all. */
function isEmpty(facts: Facts, service: Service): boolean {
  return isManual(service) && slicesOf(facts, service).every((slice) => slice.endpoints.length === 0);
}

function isSkipped(facts: Facts, service: Service): boolean {
  const endpoints = endpointsObject(facts, service);
  return endpoints !== null && endpoints.metadata?.labels?.[SKIP_MIRROR] === 'true' && hasAddresses(endpoints);
}

export const noManualEndpoints: Rule = {
  code: 'KIA0701',
  name: 'NobodyGivesEndpoints',
  severity: 'error',
  certainty: 'proven',
  summary: 'The Service has no selector, and nobody has given it endpoints.',
  why: 'A Service without selector selects nothing: somebody must write EndpointSlices that carry its name in the label kubernetes.io/service-name. Until then it refuses connections.',
  remedy: 'Write an EndpointSlice, or give the Service a selector.',
  needs: ['endpointslices', 'endpoints'],
  live: false,
  *check(facts, service) {
    if (!isEmpty(facts, service) || isSkipped(facts, service)) return;
    if (looseSliceFor(facts, service) !== null || strayEndpointsFor(facts, service) !== null) return;
    const endpoints = endpointsObject(facts, service);
    // in files an Endpoints object is as good: the cluster will mirror it
    if (!facts.live && endpoints !== null && hasAddresses(endpoints)) return;
    yield {
      message: 'it has no selector, and no EndpointSlice gives it endpoints',
      ...(facts.live ? {} : {certainty: 'possible' as const}),
      severity: service.headless || !facts.live ? 'warning' : 'error',
      evidence: ['spec.selector is not set', `no slice with endpoints has the label kubernetes.io/service-name=${service.name}`],
      field: 'spec.selector',
      remedy: `write an EndpointSlice with the label kubernetes.io/service-name=${service.name}, or: ${kubectl(service.namespace, 'set', 'selector', 'service', service.name, 'app=NAME')}`,
    };
  },
};

export const sliceLabelMissing: Rule = {
  code: 'KIA0702',
  name: 'SliceLabelMissing',
  severity: 'error',
  certainty: 'proven',
  summary: 'An EndpointSlice that is named after the Service is not tied to it.',
  why: 'Only the label kubernetes.io/service-name ties a slice to a Service; its name does not matter.',
  remedy: 'Set the label.',
  needs: ['endpointslices', 'endpoints'],
  live: false,
  *check(facts, service) {
    const slice = isEmpty(facts, service) ? looseSliceFor(facts, service) : null;
    if (slice === null) return;
    yield {
      message: `EndpointSlice ${slice.name} is not tied to it: the label kubernetes.io/service-name is missing`,
      evidence: [`slice ${slice.name} has ${count(slice.endpoints.length, 'endpoint')} and belongs to no Service`],
      object: {kind: 'EndpointSlice', namespace: slice.namespace, name: slice.name},
      field: 'metadata.labels',
      remedy: kubectl(service.namespace, 'label', 'endpointslice', slice.name, `kubernetes.io/service-name=${service.name}`),
    };
  },
};

export const endpointsNameDiffers: Rule = {
  code: 'KIA0703',
  name: 'EndpointsNameDiffers',
  severity: 'error',
  certainty: 'proven',
  summary: 'An Endpoints object has almost the name of the Service, but not quite.',
  why: 'An Endpoints object belongs to the Service of exactly its name.',
  remedy: 'Create it under the name of the Service, or better, as an EndpointSlice.',
  needs: ['endpointslices', 'endpoints'],
  live: false,
  *check(facts, service) {
    if (!isEmpty(facts, service) || looseSliceFor(facts, service) !== null || isSkipped(facts, service)) return;
    const stray = strayEndpointsFor(facts, service);
    if (stray === null) return;
    yield {
      message: `Endpoints "${stray.metadata?.name}" belongs to no Service: an Endpoints object must have the name "${service.name}"`,
      object: {kind: 'Endpoints', namespace: service.namespace, name: stray.metadata?.name ?? ''},
      evidence: [`Service ${service.name} has no endpoints`],
      field: 'metadata.name',
      remedy: `create it as "${service.name}", then: ${kubectl(service.namespace, 'delete', 'endpoints', stray.metadata?.name ?? '')}`,
    };
  },
};

export const mirrorSkipped: Rule = {
  code: 'KIA0708',
  name: 'EndpointsNotMirrored',
  severity: 'error',
  certainty: 'proven',
  summary: 'The Endpoints object is marked as not to be mirrored, and no EndpointSlice stands in for it.',
  why: `kube-proxy reads EndpointSlices only. An Endpoints object with the label ${SKIP_MIRROR}=true is not copied to one.`,
  remedy: 'Remove the label, or write the EndpointSlice.',
  needs: ['endpointslices', 'endpoints'],
  live: false,
  *check(facts, service) {
    if (!isEmpty(facts, service) || !isSkipped(facts, service) || looseSliceFor(facts, service) !== null) return;
    yield {
      message: `its Endpoints object has the label ${SKIP_MIRROR}=true, so that its addresses are used by nobody`,
      object: {kind: 'Endpoints', namespace: service.namespace, name: service.name},
      field: `metadata.labels[${SKIP_MIRROR}]`,
      remedy: kubectl(service.namespace, 'label', 'endpoints', service.name, `${SKIP_MIRROR}-`),
    };
  },
};
