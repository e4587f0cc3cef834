export {
  buildEndpoints,
  type EndpointsInput,
  type EndpointsManifest,
  type EndpointsResult,
  endpointsAddress,
  TRIGGER_TIME,
} from './build-endpoints.ts';
export {buildEndpointSlices, type SliceChanges, type SliceInput, type SliceResult} from './build-slices.ts';
export {distributionHints, isTrafficDistribution} from './distribution-hints.ts';
export {endpointChanges, type ViewedChange} from './endpoint-changes.ts';
export {compareAddresses, endpointStatuses} from './endpoint-status.ts';
export {MIRRORING_CONTROLLER, type MirrorInput, type MirrorResult, mirrorEndpoints, shouldMirror} from './mirror-endpoints.ts';
export {newEndpointSlice, SLICE_CONTROLLER, sliceLabels} from './new-slice.ts';
export {notEndpoints} from './not-endpoints.ts';
export {describeProbe, eventsAbout, eventTime, type NotReady, whyNotReady} from './not-ready.ts';
export {
  addressTypes,
  endpointHostname,
  endpointPorts,
  findPort,
  podInEndpoints,
  podIPs,
  podIsReady,
  podToEndpoint,
} from './pod-endpoint.ts';
export {type EndpointsAddress, type EndpointsPort, type EndpointsSubset, repackSubsets} from './repack-subsets.ts';
export {matchesSelectorText, parseSelectorText, type Requirement} from './selector-text.ts';
export {type Labels, matchesLabelSelector, matchesSelector, matchesTerm, servicesForPod} from './selectors.ts';
export {type ServiceVariable, serviceVariables, standingVariables, variablesOf} from './service-variables.ts';
export type {EndpointHints, SliceEndpoint, SliceGroups, SliceManifest, SlicePort} from './slice.ts';
export {type HintEvent, topologyAnnotationEnabled, topologyHints} from './topology-hints.ts';
export {type ZoneShares, zoneShares} from './zone-shares.ts';
