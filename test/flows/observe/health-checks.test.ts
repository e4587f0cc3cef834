import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {describe, expect, it, onTestFinished} from 'vitest';
import {observeHealthChecks} from '../../../src/flows/observe/paths.ts';
import type {Place} from '../../../src/flows/observe/place.ts';
import type {Unknown} from '../../../src/model/index.ts';
import {dialDirect} from '../../../src/vantage/index.ts';
import {viewOf} from '../../../src/view/index.ts';

/** Asks the health check node port of a cluster whose one node is this machine, where a server answers with this status. */
async function observed(status: number) {
  const server = http.createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const healthCheckNodePort = (server.address() as AddressInfo).port;
  const view = viewOf([
    {
      kind: 'Service',
      metadata: {namespace: 'kiada', name: 'web'},
      spec: {type: 'LoadBalancer', externalTrafficPolicy: 'Local', clusterIP: '10.96.0.7', healthCheckNodePort, ports: [{port: 80}]},
    },
    {kind: 'Node', metadata: {name: 'node1'}, status: {addresses: [{type: 'InternalIP', address: '127.0.0.1'}]}},
  ]);
  const notes: Unknown[] = [];
  const reach = {sandbox: null, dialFrom: () => dialDirect()} as unknown as Place['reach'];
  const place: Place = {source: {} as Place['source'], reach, view, from: null, timeoutMs: 2000, note: (note) => notes.push(note)};
  const service = view.services.get('kiada/web');
  if (service === undefined) throw new Error('the Service is not in the view');
  return {seen: await observeHealthChecks(place, service), notes};
}

describe('the answer of a health check node port', () => {
  for (const status of [200, 503])
    it(`${status} is kube-proxy's`, async () => {
      expect(await observed(status)).toMatchObject({seen: [{node: 'node1', status}], notes: []});
    });

  it('another is somebody else’s, and proves nothing of the node', async () => {
    expect(await observed(404)).toMatchObject({
      seen: [],
      notes: [{what: expect.stringContaining('node1'), why: expect.stringContaining('404')}],
    });
  });
});
