import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, describe, expect, it, onTestFinished, vi} from 'vitest';
import {connect, readStaticConfig} from '../../src/kube/index.ts';
import {runServer} from '../sandbox/api-server/running-server.ts';
import {fakeServer} from './fake-api-server.ts';

afterEach(() => vi.unstubAllEnvs());

/** A folder with these files, which is also HOME; no KUBECONFIG is set. */
function home(files: Readonly<Record<string, string | object>> = {}): string {
  const root = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
  onTestFinished(() => rmSync(root, {recursive: true}));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
    writeFileSync(path.join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  vi.stubEnv('HOME', root);
  vi.stubEnv('KUBECONFIG', undefined);
  return root;
}

/** A kubeconfig whose one context, cluster and user have one name. */
function config(name: string, server: string, fields: {user?: object; cluster?: object; context?: object; current?: string} = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{name, cluster: {server, ...fields.cluster}}],
    users: [{name, user: {...fields.user}}],
    contexts: [{name, context: {cluster: name, user: name, ...fields.context}}],
    'current-context': fields.current ?? name,
  };
}

describe('a kubeconfig', () => {
  it('is ~/.kube/config where nothing else is named, with its context, namespace and token', async () => {
    const server = await fakeServer(({json}) => json(200, {}));
    home({'.kube/config': config('home', `${server.url}/`, {user: {token: 'secret'}, context: {namespace: 'kiada'}})});
    const client = await connect();
    expect(client).toMatchObject({server: server.url, context: 'home', namespace: 'kiada'});
    await client.get('/api');
    expect(server.requests[0]?.headers.authorization).toBe('Bearer secret');
    client.close();
  });

  it('is merged from the files of KUBECONFIG: the first entry of a name and the first current context stand, missing files do not count', async () => {
    const root = home({
      'one.yaml': {...config('shared', 'https://first:1'), 'current-context': ''},
      'two.yaml': {
        ...config('shared', 'https://second:2'),
        contexts: [{name: 'second', context: {cluster: 'shared', user: 'shared', namespace: 'two'}}],
        'current-context': 'second',
      },
    });
    const files = ['one.yaml', 'missing.yaml', 'two.yaml'].map((file) => path.join(root, file));
    vi.stubEnv('KUBECONFIG', files.join(path.delimiter));
    expect(await connect()).toMatchObject({context: 'second', server: 'https://first:1', namespace: 'two'});
    expect(await connect({context: 'shared'})).toMatchObject({context: 'shared', server: 'https://first:1', namespace: 'default'});
  });

  it('is merged in the same way where the library reads it', async () => {
    const user = {username: 'admin', password: 'secret'};
    const server = await fakeServer(({json}) => json(200, {}));
    const root = home({
      'one.yaml': {...config('shared', server.url, {user}), 'current-context': ''},
      'two.yaml': config('shared', 'http://127.0.0.1:1'),
    });
    vi.stubEnv('KUBECONFIG', [path.join(root, 'one.yaml'), path.join(root, 'two.yaml')].join(path.delimiter));
    const client = await connect();
    await client.get('/api');
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('admin:secret').toString('base64')}`);
    client.close();
  });

  it('names files relative to itself', async () => {
    const root = home({
      'configs/a.yaml': config('a', 'https://a:1', {
        cluster: {'certificate-authority': '../pki/ca.pem'},
        user: {'client-certificate': 'client.pem', 'client-key': 'client.key', tokenFile: 'token', token: 'the file comes first'},
      }),
      'pki/ca.pem': 'the CA',
      'configs/client.pem': 'the certificate',
      'configs/client.key': 'the key',
      'configs/token': 'from-a-file\n',
    });
    expect(await readStaticConfig({kubeconfig: path.join(root, 'configs/a.yaml')})).toEqual({
      server: 'https://a:1',
      context: 'a',
      namespace: 'default',
      tls: {ca: 'the CA', cert: 'the certificate', key: 'the key'},
      token: 'from-a-file',
    });
  });

  it('may carry certificates as data, skip their verification, and name the server otherwise than its address', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const cluster = {'certificate-authority-data': base64('the CA'), 'tls-server-name': 'api', 'insecure-skip-tls-verify': true};
    const root = home({a: config('a', 'https://a:1', {cluster})});
    expect((await readStaticConfig({kubeconfig: path.join(root, 'a')}))?.tls).toEqual({
      ca: 'the CA',
      servername: 'api',
      rejectUnauthorized: false,
    });
  });

  it('is left to the library where it needs more than files', async () => {
    const root = home({
      exec: config('a', 'https://a:1', {user: {exec: {apiVersion: 'client.authentication.k8s.io/v1', command: 'login'}}}),
      proxy: config('a', 'https://a:1', {cluster: {'proxy-url': 'http://proxy:3128'}}),
      impersonation: config('a', 'https://a:1', {user: {token: 't', as: 'eve'}}),
    });
    for (const file of ['exec', 'proxy', 'impersonation']) expect(await readStaticConfig({kubeconfig: path.join(root, file)})).toBeNull();
  });

  it('gives the token of an exec plugin that lies beside it', async () => {
    const server = await fakeServer(({json}) => json(200, {}));
    const credential = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-a-plugin"}}';
    const exec = {apiVersion: 'client.authentication.k8s.io/v1', command: './login', args: [], interactiveMode: 'Never'};
    const root = home({'configs/a.yaml': config('a', server.url, {user: {exec}})});
    writeFileSync(path.join(root, 'configs/login'), `#!/bin/sh\necho '${credential}'\n`, {mode: 0o755});
    const client = await connect({kubeconfig: path.join(root, 'configs/a.yaml')});
    await client.get('/api');
    expect(server.requests[0]?.headers.authorization).toBe('Bearer from-a-plugin');
    client.close();
  });

  it('trusts the authority that it names and no other', async () => {
    const {kubeconfig, url, folder} = await runServer();
    const client = await connect({kubeconfig});
    expect(await client.get('/version')).toMatchObject({gitVersion: expect.stringMatching(/^v1\./)});
    client.close();
    writeFileSync(path.join(folder, 'untrusted'), JSON.stringify(config('a', url)));
    const untrusting = await connect({kubeconfig: path.join(folder, 'untrusted')});
    await expect(untrusting.get('/version')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `${url} is not reachable: its certificate is signed by an unknown authority`,
    });
    untrusting.close();
  });

  const TROUBLE = [
    {
      what: 'none at all',
      files: {},
      options: {},
      code: 'NO_CLUSTER',
      exitCode: 4,
      says: 'no kubeconfig names a cluster and no sandbox runs',
    },
    {
      what: 'a file that is not there',
      files: {},
      options: {kubeconfig: '/no/such/file'},
      code: 'INVALID_KUBECONFIG',
      exitCode: 2,
      says: 'there is no kubeconfig file /no/such/file',
    },
    {what: 'broken YAML', files: {'.kube/config': 'a: [1'}, options: {}, code: 'INVALID_KUBECONFIG', exitCode: 2, says: /cannot be read: /},
    {what: 'a list', files: {'.kube/config': '- a'}, options: {}, code: 'INVALID_KUBECONFIG', exitCode: 2, says: /holds no object/},
    {
      what: 'no current context',
      files: {'.kube/config': {...config('a', 'https://a:1'), 'current-context': ''}},
      options: {},
      code: 'NO_CLUSTER',
      exitCode: 4,
      says: /has no current context/,
      hint: 'Name one with --context; it has: a',
    },
    {
      what: 'a current context that does not exist',
      files: {'.kube/config': config('a', 'https://a:1', {current: 'gone'})},
      options: {},
      code: 'NO_CLUSTER',
      exitCode: 4,
      says: 'the kubeconfig has no context "gone"',
      hint: 'Name one with --context; it has: a',
    },
    {
      what: 'a context that is asked for and does not exist',
      files: {'.kube/config': config('a', 'https://a:1')},
      options: {context: 'b'},
      code: 'NO_CLUSTER',
      exitCode: 4,
      says: 'the kubeconfig has no context "b"',
    },
    {
      what: 'a context without its cluster',
      files: {'.kube/config': config('a', 'https://a:1', {context: {cluster: 'gone'}})},
      options: {},
      code: 'NO_CLUSTER',
      exitCode: 4,
      says: 'the context "a" names no cluster that the kubeconfig has',
    },
    {
      what: 'a server that is no URL',
      files: {'.kube/config': config('a', 'https://[::1')},
      options: {},
      code: 'INVALID_KUBECONFIG',
      exitCode: 2,
      says: 'the server of context "a" is no URL: https://[::1',
    },
    {
      what: 'a certificate file that is not there',
      files: {'.kube/config': config('a', 'https://a:1', {cluster: {'certificate-authority': 'gone.pem'}})},
      options: {},
      code: 'INVALID_KUBECONFIG',
      exitCode: 2,
      says: /the certificate-authority .*gone\.pem that the kubeconfig names cannot be read/,
    },
    {
      what: 'an exec plugin that is not there',
      files: {
        '.kube/config': config('a', 'https://a:1', {
          user: {exec: {apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin', interactiveMode: 'Never'}},
        }),
      },
      options: {},
      code: 'UNAUTHORIZED',
      exitCode: 4,
      says: 'the credentials of context "a" cannot be had',
    },
  ];
  for (const {what, files, options, code, exitCode, says, hint} of TROUBLE) {
    it(`with ${what} is told by one sentence and its exit code`, async () => {
      home(files as Record<string, string | object>);
      await expect(connect(options)).rejects.toMatchObject({
        code,
        exitCode,
        message: typeof says === 'string' ? says : expect.stringMatching(says),
        ...(hint === undefined ? {} : {hint}),
      });
    });
  }
});
