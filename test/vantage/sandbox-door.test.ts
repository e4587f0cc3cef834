import net from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {type Socks5Server, startSocks5} from '../../src/sandbox/network/socks5.ts';
import {dialSocks5, socks5User} from '../../src/vantage/index.ts';
import {endpointOf, replyOf, serviceObject, sliceObject, testCluster} from '../sandbox/network/small-cluster.ts';

const WEB = {name: 'web-1', node: 2};
const POD = socks5User({kind: 'Pod', namespace: 'kiada', name: 'kiada-001'});
const open: Socks5Server[] = [];
afterEach(async () => {
  for (const door of open.splice(0)) await door.close();
});

/** A Service `quote` with one endpoint, one without any, and a client pod. */
async function startDoor(): Promise<Socks5Server> {
  const cluster = testCluster([
    serviceObject('quote', {clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1'], ports: [{port: 80, targetPort: 8080}]}),
    sliceObject('quote', [endpointOf(WEB, 0)]),
    serviceObject('nobody', {clusterIP: '10.96.1.2', clusterIPs: ['10.96.1.2'], ports: [{port: 80}]}),
  ]);
  cluster.serve(WEB, 0);
  cluster.attach({name: 'kiada-001', node: 1}, 5);
  const door = await startSocks5({network: cluster.network, token: 'secret'});
  open.push(door);
  return door;
}

describe('dialSocks5 at the sandbox’s own door', () => {
  const dialThrough = async (user = POD, password = 'secret') => {
    const door = await startDoor();
    return dialSocks5({host: door.address, port: door.port, user, password});
  };

  it('follows a Service from a pod, by name, and tells the endpoint', async () => {
    const dial = await dialThrough();
    const dialed = await dial({host: 'quote', port: 80});
    expect(dialed.endpoint).toMatchObject({port: 8080});
    expect(net.isIPv4(dialed.endpoint?.address ?? '')).toBe(true);
    expect(await replyOf(dialed.socket)).toBe('web-1 10.244.1.15');
  });

  it('tells a rejected connection from an address that does not exist, and a wrong password from both', async () => {
    const dial = await dialThrough();
    await expect(dial({host: '10.96.1.2', port: 80})).rejects.toMatchObject({code: 'ECONNREFUSED'});
    await expect(dial({host: 'no-such-service', port: 80})).rejects.toMatchObject({code: 'EHOSTUNREACH'});
    const stranger = await dialThrough(POD, 'guess');
    await expect(stranger({host: 'quote', port: 80})).rejects.toMatchObject({code: 'EACCES'});
  });
});
