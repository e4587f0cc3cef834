import type {Recording} from './script.ts';

// What of the gallery no cluster can be brought to by writing manifests, with the reason; and what of it is to be kept as recorded.

const WORKING_CONTROLLER = 'the EndpointSlice controller of a cluster that works does not leave it so';
const REFUSED = 'the API server refuses it';
const NO_ROUTES = 'the cluster has no Gateway API';

/** By `CODE VARIANT`. A listed one that is found all the same makes its test fail. */
export const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'KIA0214 broken': WORKING_CONTROLLER,
  'KIA0215 broken': WORKING_CONTROLLER,
  'KIA0317 broken': 'a Service is as young there as its pods',
  'KIA0411 broken': `${REFUSED}: a node port is given once, and only lost allocations make two claims`,
  'KIA0412 broken': `${REFUSED}: manifests alone can ask for a port out of range`,
  'KIA0412 fine': 'recorded as manifests, without nodes for its pods',
  'KIA0506 broken': `${REFUSED}: manifests alone can have such a value, or clusters of another version`,
  'KIA0709 broken': 'the Endpoints controller says so only of more than a thousand addresses',
  'KIA0807 broken': NO_ROUTES,
  'KIA0807 fine': NO_ROUTES,
  'KIA0808 broken': NO_ROUTES,
  'KIA0808 fine': NO_ROUTES,
};

export const KEEPS: Readonly<Record<string, Recording['keeps']>> = {
  'KIA0411 broken': ['nodePorts'],
  'KIA0412 broken': ['nodePorts'],
  'KIA0707 broken': ['editedEndpoints'],
  'KIA0908 fine': ['youngContainers'],
};
