import {describe, expect, it} from 'vitest';
import {send} from './request.ts';
import {type RunningServer, runServer} from './running-server.ts';

// What a 1.37 API server says of the same requests.

async function serverWithPod(): Promise<RunningServer> {
  const server = await runServer();
  server.api.create('pods', {metadata: {name: 'p', namespace: 'default'}, spec: {containers: [{name: 'c', image: 'busybox'}]}});
  return server;
}

async function patchStatus(server: RunningServer, status: object): Promise<{message: string | null; status: Record<string, unknown>}> {
  const {body} = await send(server, '/api/v1/namespaces/default/pods/p/status', {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {status},
  });
  return {message: body.kind === 'Status' ? body.message : null, status: body.status};
}

describe('the addresses in the status of a Pod', () => {
  for (const [status, message] of [
    [
      {podIP: '10.0.0.256', podIPs: [{ip: '10.0.0.256'}]},
      'status.podIPs[0]: Invalid value: "10.0.0.256": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      {podIP: '10.0.0.1', podIPs: [{ip: '10.0.0.1'}, {ip: '10.0.0.2'}]},
      'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ],
    [
      {podIP: '10.0.0.1', podIPs: [{ip: '10.0.0.1'}, {ip: 'fd00::1'}, {ip: 'fd00::2'}]},
      'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"fd00::1"},{"IP":"fd00::2"}]: may specify no more than one IP for each IP family',
    ],
    [
      {hostIP: '172.30.0.11', hostIPs: [{ip: '172.30.0.12'}]},
      'status.hostIPs[0].ip: Invalid value: "172.30.0.12": must be equal to `hostIP`',
    ],
    [
      {hostIP: '172.30.0.11', hostIPs: [{ip: '172.30.0.11'}, {ip: '172.30.0.12'}]},
      'status.hostIPs: Invalid value: [{"IP":"172.30.0.11"},{"IP":"172.30.0.12"}]: may specify no more than one IP for each IP family',
    ],
  ] as const) {
    it(`are refused: ${JSON.stringify(status)}`, async () => {
      expect((await patchStatus(await serverWithPod(), status)).message).toBe(`Pod "p" is invalid: ${message}`);
    });
  }

  it('are kept in step: podIP says which is the first', async () => {
    const server = await serverWithPod();
    expect((await patchStatus(server, {podIP: '10.0.0.3'})).status).toMatchObject({podIP: '10.0.0.3', podIPs: [{ip: '10.0.0.3'}]});
    const differing = await patchStatus(server, {podIP: '10.0.0.4', podIPs: [{ip: '10.0.0.5'}, {ip: 'fd00::1'}]});
    expect(differing.status).toMatchObject({podIP: '10.0.0.4', podIPs: [{ip: '10.0.0.4'}]});
    const both = await patchStatus(server, {podIP: '10.0.0.4', podIPs: [{ip: '10.0.0.4'}, {ip: 'fd00::1'}]});
    expect(both.status).toMatchObject({podIP: '10.0.0.4', podIPs: [{ip: '10.0.0.4'}, {ip: 'fd00::1'}]});
  });
});
