import {describe, expect, it} from 'vitest';
import {allEvents, open, send} from './request.ts';
import {type RunningServer, runServer} from './running-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

function makeMaps({api}: RunningServer, count: number): void {
  for (let i = 0; i < count; i++) {
    api.create('configmaps', {metadata: {name: `m${i}`, namespace: 'default', labels: {parity: i % 2 === 0 ? 'even' : 'odd'}}});
  }
}

describe('who is let in', () => {
  it('anybody to health and version, nobody to anything else without credentials', async () => {
    const server = await runServer();
    for (const path of ['/healthz', '/livez', '/readyz', '/version']) expect((await send(server, path, {token: null})).code).toBe(200);
    for (const path of ['/api', '/apis', '/api/v1/pods', '/openapi/v3', '/nope']) {
      expect(await send(server, path, {token: null})).toMatchObject({code: 401, body: {kind: 'Status', reason: 'Unauthorized', code: 401}});
      expect((await send(server, path, {token: 'wrong'})).code).toBe(401);
    }
  });

  it('a service account by the token that it asked for, until it is deleted', async () => {
    const server = await runServer();
    const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
    const {token} = (await send(server, path, {body: {spec: {expirationSeconds: 600}}})).body.status;
    const review = await send(server, '/apis/authentication.k8s.io/v1/selfsubjectreviews', {body: {}, token});
    expect(review.body.status.userInfo.username).toBe('system:serviceaccount:default:default');
    expect((await send(server, MAPS, {token: `${token.slice(0, -3)}abc`})).code).toBe(401);
    server.api.delete('serviceaccounts', 'default', 'default');
    expect((await send(server, MAPS, {token})).code).toBe(401);
  });
});

describe('lists', () => {
  it('come in pages that show one state, whatever is written meanwhile', async () => {
    const server = await runServer();
    makeMaps(server, 5);
    const first = (await send(server, `${MAPS}?limit=2`)).body;
    expect(first.items.map(({metadata}: {metadata: {name: string}}) => metadata.name)).toEqual(['m0', 'm1']);
    expect(first.metadata.remainingItemCount).toBe(3);
    server.api.delete('configmaps', 'default', 'm3');
    server.api.create('configmaps', {metadata: {name: 'm9', namespace: 'default'}});
    const second = (await send(server, `${MAPS}?limit=9&continue=${encodeURIComponent(first.metadata.continue)}`)).body;
    expect(second.items.map(({metadata}: {metadata: {name: string}}) => metadata.name)).toEqual(['m2', 'm3', 'm4']);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('answer 410 to a page of a state that is compacted', async () => {
    const server = await runServer({windowSize: 4});
    makeMaps(server, 3);
    const {metadata} = (await send(server, `${MAPS}?limit=1`)).body;
    for (let i = 10; i < 30; i++) server.api.create('configmaps', {metadata: {name: `m${i}`, namespace: 'default'}});
    const answer = await send(server, `${MAPS}?limit=1&continue=${encodeURIComponent(metadata.continue)}`);
    expect(answer).toMatchObject({code: 410, body: {reason: 'Expired', code: 410}});
  });

  it('select by labels and fields, and refuse selectors in the API’s words', async () => {
    const server = await runServer();
    makeMaps(server, 4);
    const names = async (query: string) =>
      (await send(server, `${MAPS}?${query}`)).body.items.map((item: {metadata: {name: string}}) => item.metadata.name);
    expect(await names('labelSelector=parity%20in%20(even,x),parity!%3Dx')).toEqual(['m0', 'm2']);
    expect(await names('labelSelector=!parity')).toEqual([]);
    expect(await names('fieldSelector=metadata.name!%3Dm1')).toEqual(['m0', 'm2', 'm3']);
    expect((await send(server, '/api/v1/pods?fieldSelector=spec.foo=bar')).body).toMatchObject({
      reason: 'BadRequest',
      message: 'field label not supported: spec.foo',
    });
    expect((await send(server, '/api/v1/pods?labelSelector=a%20inx')).body.message).toBe(
      "unable to parse requirement: found 'inx', expected: in, notin, =, ==, !=, gt, lt",
    );
  });

  it('of a version to come are told to come back', async () => {
    const server = await runServer();
    const answer = await send(server, `${MAPS}?resourceVersion=99999`);
    expect(answer).toMatchObject({code: 504, body: {reason: 'Timeout', details: {causes: [{reason: 'ResourceVersionTooLarge'}]}}});
  });
});

describe('watches', () => {
  it('start with what is there and its bookmark, where that is asked for', async () => {
    const server = await runServer();
    makeMaps(server, 1);
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1';
    const events = await allEvents(await open(server, `${MAPS}?${query}`));
    expect(events.slice(0, 2)).toMatchObject([
      {type: 'ADDED', object: {metadata: {name: 'm0'}}},
      {type: 'BOOKMARK', object: {kind: 'ConfigMap', metadata: {annotations: {'k8s.io/initial-events-end': 'true'}}}},
    ]);
  });

  it('go on from a version without a gap, and turn changes of a selector’s match into additions and deletions', async () => {
    const server = await runServer();
    makeMaps(server, 2);
    const start = server.api.store.resourceVersion;
    const label = (name: string, parity: string) =>
      server.api.change('configmaps', 'default', name, (draft) => {
        draft.metadata.labels = {parity};
      });
    label('m1', 'even');
    const response = await open(server, `${MAPS}?watch=1&resourceVersion=${start}&labelSelector=parity=even&timeoutSeconds=1`);
    label('m0', 'odd');
    server.api.delete('configmaps', 'default', 'm1');
    const events = (await allEvents(response)).map(({type, object}) => `${type} ${object.metadata.name}`);
    expect(events).toEqual(['ADDED m1', 'DELETED m0', 'DELETED m1']);
  });

  it('from a compacted version end with 410', async () => {
    const server = await runServer({windowSize: 4});
    makeMaps(server, 30);
    const [event] = await allEvents(await open(server, `${MAPS}?watch=1&resourceVersion=2`));
    expect(event).toMatchObject({type: 'ERROR', object: {code: 410, reason: 'Expired'}});
  });

  it('are limited in number', async () => {
    const server = await runServer({watchLimit: 2});
    const held = [await open(server, `${MAPS}?watch=1`), await open(server, `${MAPS}?watch=1`)];
    expect((await send(server, `${MAPS}?watch=1`)).code).toBe(429);
    for (const response of held) response.destroy();
  });
});

describe('what is refused, and how', () => {
  const cases: readonly [name: string, path: string, options: Parameters<typeof send>[2], expected: object][] = [
    [
      'an object that is not there',
      `${MAPS}/nope`,
      {},
      {code: 404, body: {message: 'configmaps "nope" not found', details: {name: 'nope', kind: 'configmaps'}}},
    ],
    [
      'a resource that is not served',
      '/api/v1/nopes',
      {},
      {code: 404, body: {message: 'the server could not find the requested resource'}},
    ],
    ['a path of nobody', '/nope', {}, {code: 404, text: '404 page not found\n'}],
    [
      'a namespace that is not there',
      '/api/v1/namespaces/nope/configmaps',
      {body: {metadata: {name: 'a'}}},
      {code: 404, body: {message: 'namespaces "nope" not found'}},
    ],
    ['a method that the resource does not have', '/api/v1/namespaces', {method: 'DELETE'}, {code: 405, body: {reason: 'MethodNotAllowed'}}],
    ['another format', MAPS, {headers: {accept: 'application/xml'}}, {code: 406, body: {reason: 'NotAcceptable'}}],
    [
      'a body of another format',
      MAPS,
      {body: 'x', headers: {'content-type': 'text/plain'}},
      {code: 415, body: {reason: 'UnsupportedMediaType'}},
    ],
    [
      'a body that is no JSON',
      MAPS,
      {body: '{"kind":'},
      {code: 400, body: {message: expect.stringContaining("couldn't get version/kind; json parse error")}},
    ],
    ['a body over 3 MiB', MAPS, {body: `{"data":{"a":"${'x'.repeat(3 << 20)}"}}`}, {code: 413, body: {reason: 'RequestEntityTooLarge'}}],
    ['a body that nests without end', MAPS, {body: `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`}, {code: 400}],
    [
      'another name than the path’s',
      `${MAPS}/y`,
      {method: 'PUT', body: {metadata: {name: 'z'}}},
      {code: 400, body: {message: 'the name of the object (z) does not match the name on the URL (y)'}},
    ],
    ['another namespace than the path’s', MAPS, {body: {metadata: {name: 'a', namespace: 'b'}}}, {code: 400}],
    [
      'an unknown field under strict validation',
      `${MAPS}?fieldValidation=Strict`,
      {body: {metadata: {name: 'a'}, foo: 1}},
      {
        code: 400,
        body: {message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"'},
      },
    ],
    [
      'a field of the wrong type',
      MAPS,
      {body: {metadata: {name: 'a'}, data: 5}},
      {code: 400, body: {message: expect.stringContaining('cannot unmarshal number')}},
    ],
    ['an unknown dryRun', `${MAPS}?dryRun=x`, {body: {metadata: {name: 'a'}}}, {code: 422, body: {details: {kind: 'CreateOptions'}}}],
    ['a name that would leave its place', `${MAPS}/..%2f..%2fsecrets`, {}, {code: 404}],
    ['escapes that are no text', `${MAPS}/%ff`, {}, {code: 404}],
    ['a patch without a type of its own', `${MAPS}/a`, {method: 'PATCH', body: {}}, {code: 415}],
    [
      'an apply patch without a manager',
      `${MAPS}/a`,
      {method: 'PATCH', body: {}, headers: {'content-type': 'application/apply-patch+yaml'}},
      {code: 422, body: {message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch'}},
    ],
    ['exec without an upgrade', '/api/v1/namespaces/default/pods/p/exec?command=ls', {}, {code: 404}],
  ];
  for (const [name, path, options, expected] of cases) {
    it(name, async () => {
      expect(await send(await runServer(), path, options)).toMatchObject(expected);
    });
  }
});

describe('writing', () => {
  it('warns of unknown and doubled fields and drops them', async () => {
    const server = await runServer();
    const answer = await send(server, MAPS, {body: '{"metadata":{"name":"a","name":"a"},"foo":1,"data":{"k":"v"}}'});
    expect(answer.code).toBe(201);
    expect(answer.headers['warning']).toBe('299 - "duplicate field \\"metadata.name\\"", 299 - "unknown field \\"foo\\""');
    expect(server.api.get('configmaps', 'default', 'a')).not.toHaveProperty('foo');
  });

  it('warns of kinds that nothing acts on', async () => {
    const server = await runServer();
    const path = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';
    const answer = await send(server, path, {body: {metadata: {name: 'a'}, spec: {podSelector: {}}}});
    expect(answer).toMatchObject({
      code: 201,
      headers: {warning: '299 - "the sandbox stores NetworkPolicy objects, but nothing in it acts on them"'},
    });
  });

  it('shows an event in both its versions', async () => {
    const server = await runServer();
    const event = {
      metadata: {name: 'e'},
      involvedObject: {kind: 'Pod', name: 'p', namespace: 'default'},
      reason: 'R',
      message: 'm',
      type: 'Normal',
      count: 3,
    };
    await send(server, '/api/v1/namespaces/default/events', {body: event});
    const modern = await send(server, '/apis/events.k8s.io/v1/namespaces/default/events/e');
    expect(modern.body).toMatchObject({apiVersion: 'events.k8s.io/v1', regarding: {name: 'p'}, note: 'm', deprecatedCount: 3});
    const listed = await send(server, '/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.name=p');
    expect(listed.body.items).toHaveLength(1);
  });

  it('deletes a collection by its selector and says what it deleted', async () => {
    const server = await runServer();
    makeMaps(server, 4);
    const answer = await send(server, `${MAPS}?labelSelector=parity=odd`, {method: 'DELETE'});
    expect(answer.body).toMatchObject({kind: 'ConfigMapList', items: [{metadata: {name: 'm1'}}, {metadata: {name: 'm3'}}]});
    expect(server.api.list('configmaps', 'default')).toHaveLength(2);
  });
});
