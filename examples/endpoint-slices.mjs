// The EndpointSlices that the controller of Kubernetes would write.
import {buildEndpointSlices} from 'kiada/endpoints';
import {objects} from './cluster.ts';

const ofKind = (kind) => objects.filter((object) => object.kind === kind);
const [service] = ofKind('Service');
const result = buildEndpointSlices({service, pods: ofKind('Pod'), nodes: ofKind('Node')});

for (const slice of result.slices) {
  console.log(slice.addressType, slice.ports[0].port, slice.endpoints.map((endpoint) => endpoint.addresses[0]).join(' '));
}
console.log('to create:', result.changes.create.length);

// prints:
// IPv4 8080 10.1.1.5 10.1.2.5
// to create: 1
