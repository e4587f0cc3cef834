// Where a connection goes, from a pod and from outside.
import {judgePacket, route, viewOf} from 'kiada/routing';
import {objects} from './cluster.ts';

const view = viewOf(objects);
const service = {namespace: 'shop', name: 'web'};

for (const leg of route(view, {service, from: 'pod/web-1', via: 'clusterip'})) {
  console.log(leg.verdict, leg.endpoints.map((endpoint) => `${endpoint.pod} ${endpoint.probability}`).join(', '));
}

// one packet of a new connection, as the kube-proxy of node-3 meets it
const packet = {node: 'node-3', sourceIP: '203.0.113.7', destinationIP: '192.168.1.3', destinationPort: 30080, protocol: 'TCP'} as const;
const verdict = judgePacket(view, packet);
console.log(verdict.verdict, verdict.endpoints.length, verdict.masquerade ? 'masqueraded' : 'source kept');

// prints:
// forward web-1 0.5, web-2 0.5
// forward 2 masqueraded
