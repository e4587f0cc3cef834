// What a name costs a pod, and what it is told.
import {answer, lookupPlan, resolverConfig} from 'kiada/dns';
import {viewOf} from 'kiada/routing';
import {objects} from './cluster.ts';

const view = viewOf(objects);
const pod = objects.find((object) => object.kind === 'Pod');
if (pod === undefined) throw new Error('there is no pod');
const config = resolverConfig(pod, {nodeResolvConf: null, nodeIPs: [], clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local'});

for (const name of lookupPlan('web.shop', config, {libc: 'glibc'})) {
  const {rcode, answer: records} = answer(view, {name, type: 'A'});
  console.log(name, rcode, records.map((record) => record.data).join(' '));
  if (records.length > 0) break;
}

// prints:
// web.shop.shop.svc.cluster.local. NXDOMAIN
// web.shop.svc.cluster.local. NOERROR 10.96.0.20
