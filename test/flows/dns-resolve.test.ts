import {rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {resolveName} from '../../src/flows/dns-resolve.ts';
import {openSource} from '../../src/flows/source.ts';

const options = {namespace: 'default', predictOnly: true, libc: 'glibc', agent: null} as const;
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'web', namespace: 'default'},
  spec: {clusterIP: '10.96.0.7', ports: [{port: 80}]},
};
const snapshot = path.join(os.tmpdir(), `kiada-dns-resolve-${process.pid}.yaml`);
writeFileSync(snapshot, JSON.stringify({apiVersion: 'v1', kind: 'List', items: [service]}));
afterAll(() => rmSync(snapshot));

test('the name of an address is asked for with --type PTR and the address alone', async () => {
  const source = await openSource({snapshot} as never);
  const result = await resolveName(source, '10.96.0.7', {...options, type: 'PTR'});
  expect(result.predicted.records).toMatchObject([{name: '7.0.96.10.in-addr.arpa.', data: 'web.default.svc.cluster.local.'}]);
});

test('the address of an address is a slip, and what to ask is told', async () => {
  const source = await openSource({snapshot} as never);
  await expect(resolveName(source, '10.96.0.7', {...options, type: 'A'})).rejects.toMatchObject({
    code: 'USAGE',
    hint: expect.stringContaining('--type PTR'),
  });
});
