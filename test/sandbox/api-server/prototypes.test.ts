import {afterEach, expect, it} from 'vitest';
import {type Answer, send} from './request.ts';
import {runServer} from './running-server.ts';

// The server runs in this very process, so what reached the prototype of all objects would be seen here.

const PLACE = '/api/v1/namespaces/default/configmaps';
/** An own property of that name, which an object literal cannot have. */
const POISON = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
const CONFIG_MAP = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","labels":${POISON},"annotations":${POISON}},"data":${POISON},${POISON.slice(1)}`;

const PATCHES: Readonly<Record<string, readonly string[]>> = {
  'application/merge-patch+json': [POISON, `{"data":${POISON}}`, `{"metadata":${POISON}}`],
  'application/strategic-merge-patch+json': [POISON, `{"data":${POISON}}`, `{"metadata":{"labels":${POISON}}}`],
  'application/apply-patch+yaml': [CONFIG_MAP, '<<: &x {metadata: {name: m}}\n__proto__: {polluted: true}\n'],
  'application/json-patch+json': [
    '[{"op":"add","path":"/__proto__/polluted","value":true}]',
    '[{"op":"add","path":"/constructor/prototype/polluted","value":true}]',
    '[{"op":"replace","path":"/metadata/__proto__","value":{"polluted":true}}]',
    '[{"op":"copy","from":"/metadata","path":"/__proto__/polluted"}]',
  ],
};

afterEach(() => {
  Reflect.deleteProperty(Object.prototype, 'polluted'); // a failure here is not to spoil others
});

it('no request reaches the prototype of objects', async () => {
  const server = await runServer();
  const answers: [string, Answer][] = [];
  const ask = async (what: string, ...args: [path: string, options: Parameters<typeof send>[2]]): Promise<void> => {
    answers.push([what, await send(server, ...args)]);
    expect(Reflect.has({}, 'polluted'), what).toBe(false);
  };
  for (const contentType of ['application/json', 'application/yaml']) {
    await ask(`POST ${contentType}`, `${PLACE}?fieldManager=a`, {body: CONFIG_MAP, headers: {'content-type': contentType}});
  }
  await ask('POST', PLACE, {body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"a":"b"}}'});
  await ask('PUT', `${PLACE}/m`, {method: 'PUT', body: CONFIG_MAP});
  for (const [contentType, bodies] of Object.entries(PATCHES)) {
    for (const body of bodies) {
      await ask(`PATCH ${contentType} ${body}`, `${PLACE}/m?fieldManager=b&force=true`, {
        method: 'PATCH',
        body,
        headers: {'content-type': contentType},
      });
    }
  }
  await ask('a query', `${PLACE}?__proto__=x&constructor=y&labelSelector=__proto__%3Da`, {});
  // the genuine server too answers 500 to what it cannot type for a server-side apply
  const faults = answers.filter(([, {code, text}]) => (code >= 500 && !text.includes('failed to create typed patch object')) || code === 0);
  expect(faults.map(([what, {code, text}]) => `${what}: ${code} ${text}`)).toEqual([]);
  // they were no requests that nobody looked at
  expect(answers.some(([, {code}]) => code < 300)).toBe(true);
});
