import https from 'node:https';
import type net from 'node:net';
import tls from 'node:tls';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {requestHttp} from '../../../src/program/index.ts';
import {envoy} from '../../../src/sandbox/images/envoy/program.ts';
import {findSetup} from '../../../src/suite/index.ts';
import {DEMO_CERTIFICATE, DEMO_KEY} from '../../../src/suite/setups/demo-certificate.ts';
import {eventually, MemoryNetwork, memoryFiles, type RunningProgram, runProgram} from '../../program/memory-host.ts';
import {plainServer} from '../../suite/plain-server.ts';

const OURS = findSetup('kiada')?.objects.find((object) => object.kind === 'ConfigMap')?.['data'] as {'envoy.yaml': string};
const PEMS = {'/etc/config/kiada.crt': DEMO_CERTIFICATE, '/etc/config/kiada.key': DEMO_KEY};

let network: MemoryNetwork;
let running: RunningProgram | null = null;

beforeEach(() => {
  network = new MemoryNetwork();
});
afterEach(async () => {
  running?.kill();
  await running?.exited;
  running = null;
});

function start(config: string, files: Readonly<Record<string, string>> = PEMS): RunningProgram {
  running = runProgram(envoy, {
    network: network.host('10.0.0.1', 'pod'),
    args: ['envoy', '-c', '/etc/config/envoy.yaml'],
    files: memoryFiles({...files, '/etc/config/envoy.yaml': config}),
  });
  return running;
}

const call = (path: string, port: number, headers = {}) =>
  eventually(() => requestHttp(network.host('10.0.0.9'), {url: `http://pod:${port}${path}`, timeoutMs: 3000, headers}).catch(() => null));

/** A call over TLS to the memory network, without a check of the self-signed certificate. */
async function callSecurely(path: string): Promise<{status: number; headers: Record<string, unknown>; text: string; peer: string}> {
  const connection = await network.host('10.0.0.9').connect({host: 'pod', port: 8443});
  const secure = tls.connect({socket: connection, rejectUnauthorized: false, servername: 'kiada.example.com'});
  return new Promise((resolve, reject) => {
    https
      .get(
        {host: 'kiada.example.com', headers: {host: 'kiada.example.com'}, path, createConnection: () => secure as unknown as net.Socket},
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          const peer = secure.getPeerCertificate().subject.CN;
          response.on('end', () => resolve({status: response.statusCode ?? 0, headers: response.headers, text, peer: String(peer)}));
        },
      )
      .on('error', reject);
  });
}

const route = (rules: string, more = ''): string => `
static_resources:
  listeners:
  - address: {socket_address: {address: 0.0.0.0, port_value: 10000}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          ${more}
          route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [${rules}]}]}
  clusters:
  - {name: one, type: STRICT_DNS, load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: one, port_value: 80}}}}, {endpoint: {address: {socket_address: {address: two, port_value: 80}}}}]}]}}
`;

describe('Envoy beside Kiada', () => {
  test('takes TLS with the certificate of its files and hands the request to the pod itself', async () => {
    plainServer(network.host('10.0.0.1', 'pod'), 8080, (request, response) => {
      response.setHeader('X-Kiada-Pod', 'kiada-001');
      response.end(`${request.socket.remoteAddress} ${request.headers['x-forwarded-proto']} ${request.headers.host}`);
    });
    start(OURS['envoy.yaml']);
    const answer = await eventually(() => callSecurely('/').catch(() => null));
    expect(answer).toMatchObject({status: 200, text: '127.0.0.1 https kiada.example.com', peer: 'kiada.example.com'});
    expect(answer.headers).toMatchObject({server: 'envoy', 'x-kiada-pod': 'kiada-001'});
  });

  test('answers 503 while Kiada is not there, and serves it when it is', async () => {
    start(OURS['envoy.yaml']);
    expect((await eventually(() => callSecurely('/').catch(() => null))).status).toBe(503);
    plainServer(network.host('10.0.0.1', 'pod'), 8080, (_request, response) => response.end('here'));
    expect((await callSecurely('/')).text).toBe('here');
  });

  test('is ready on its admin page, which counts what happened', async () => {
    start(OURS['envoy.yaml']);
    expect((await call('/ready', 9901)).body.toString()).toBe('LIVE\n');
    await callSecurely('/');
    const stats = (await call('/stats', 9901)).body.toString();
    expect(stats).toContain('cluster.kiada.upstream_rq_total: 1\n');
    expect(stats).toContain('cluster.kiada.upstream_cx_connect_fail: 1\n');
    expect(stats).toContain('http.https.downstream_rq_total: 1\n');
    expect((await call('/listeners', 9901)).body.toString()).toBe('https::0.0.0.0:8443\n');
    expect((await call('/nowhere', 9901)).status).toBe(404);
  });

  test('survives a client that speaks no TLS', async () => {
    start(OURS['envoy.yaml']);
    const connection = await eventually(() =>
      network
        .host('10.0.0.9')
        .connect({host: 'pod', port: 8443})
        .catch(() => null),
    );
    const closed = new Promise((resolve) => connection.once('close', resolve));
    connection.on('error', () => {});
    connection.resume();
    connection.write('GET / HTTP/1.1\r\n\r\n');
    await closed;
    expect((await call('/ready', 9901)).status).toBe(200);
  });

  test('ends with 0 on SIGTERM', async () => {
    const program = start(OURS['envoy.yaml']);
    await call('/ready', 9901);
    program.signalled('SIGTERM');
    expect(await program.exited).toBe(0);
  });
});

describe('Envoy routes', () => {
  test('take endpoints in turn', async () => {
    for (const name of ['one', 'two']) plainServer(network.host(name), 80, (_request, response) => response.end(name));
    start(route('{match: {prefix: /}, route: {cluster: one}}'));
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push((await call('/', 10_000)).body.toString());
    expect(seen).toEqual(['one', 'two', 'one', 'two']);
  });

  test('go by the first match, rewrite prefixes, redirect and answer themselves', async () => {
    for (const name of ['one', 'two']) plainServer(network.host(name), 80, (request, response) => response.end(request.url));
    start(
      route(
        '{match: {path: /exact}, direct_response: {status: 418, body: {inline_string: tea}}}, ' +
          '{match: {prefix: /api/}, route: {cluster: one, prefix_rewrite: /v1/}}, {match: {prefix: /old}, redirect: {path_redirect: /new}}',
      ),
    );
    const exact = await call('/exact', 10_000);
    expect([exact.status, exact.body.toString()]).toEqual([418, 'tea']);
    expect((await call('/api/x?y=1', 10_000)).body.toString()).toBe('/v1/x?y=1');
    const moved = await call('/old', 10_000);
    expect([moved.status, moved.headers.location]).toEqual([301, 'http://pod:10000/new']);
    expect((await call('/else', 10_000)).status).toBe(404);
  });

  test('append the client to X-Forwarded-For only where they are told to', async () => {
    for (const name of ['one', 'two'])
      plainServer(network.host(name), 80, (request, response) => response.end(String(request.headers['x-forwarded-for'])));
    start(route('{match: {prefix: /}, route: {cluster: one}}', 'use_remote_address: true'));
    expect((await call('/', 10_000)).body.toString()).toBe('10.0.0.9');
  });

  test('end with 504 after their timeout', async () => {
    for (const name of ['one', 'two']) network.host(name).listen({port: 80}, (connection) => connection.resume());
    start(route('{match: {prefix: /}, route: {cluster: one, timeout: 0.1s}}'));
    expect((await call('/', 10_000)).status).toBe(504);
  });
});

describe('Envoy as a TCP proxy', () => {
  test('passes bytes on, both ways', async () => {
    network.host('10.0.0.3').listen({port: 7}, (connection) => connection.pipe(connection));
    start(`
static_resources:
  listeners:
  - address: {socket_address: {address: 0.0.0.0, port_value: 10000}}
    filter_chains: [{filters: [{name: tcp, typed_config: {"@type": x/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: echo}}]}]
  clusters:
  - {name: echo, load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 10.0.0.3, port_value: 7}}}}]}]}}
`);
    const connection = await eventually(() =>
      network
        .host('10.0.0.9')
        .connect({host: 'pod', port: 10_000})
        .catch(() => null),
    );
    const echoed = new Promise((resolve) => connection.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    connection.write('ping');
    expect(await echoed).toBe('ping');
    connection.destroy();
  });
});

describe('a configuration that Envoy cannot use', () => {
  const broken: readonly [string, string, string][] = [
    ['an unknown field', 'static_resources: {listenerz: []}', 'static_resources.listenerz'],
    ['a filter that is not here', OURS['envoy.yaml'].replace('http.router.v3.Router', 'http.lua.v3.Lua'), 'Lua is not available here'],
    ['a cluster that is not there', OURS['envoy.yaml'].replace('{cluster: kiada}', '{cluster: kiadda}'), "unknown cluster 'kiadda'"],
    ['a certificate that is not there', OURS['envoy.yaml'].replace('kiada.crt', 'gone.crt'), 'unable to read file: /etc/config/gone.crt'],
    ['a name where an address belongs', OURS['envoy.yaml'].replace('address: 127.0.0.1', 'address: kiada'), 'use STRICT_DNS'],
    ['text that is no YAML', 'a: [', 'not YAML'],
  ];
  for (const [name, config, message] of broken) {
    test(`is refused at the start for ${name}`, async () => {
      const program = start(config);
      expect(await program.exited).toBe(1);
      expect(program.output()).toContain(message);
    });
  }
});
