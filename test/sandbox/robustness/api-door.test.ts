import {Agent, request} from 'node:https';
import {describe, expect, it} from 'vitest';
import {createDice} from './dice.ts';
import {inParallel} from './in-parallel.ts';
import {OBJECTS} from './malformed-data.ts';
import {malformedHttp} from './malformed-http.ts';
import {type MalformedRequest, malformedRequest} from './malformed-objects.ts';
import {sendRaw} from './raw-connection.ts';
import {type RunningSandbox, runSandbox} from './running-sandbox.ts';
import {expectStillUp, REQUESTS, SEED} from './still-up.ts';

/** Answers that the genuine server gives with this code, too. */
const GENUINE_500 = /resourceVersion should not be set on objects to be created|resourceVersion: Invalid value/;

describe(`the API under ${REQUESTS} malformed requests of each kind (seed ${SEED})`, () => {
  it(
    'answers raw nonsense with a refusal or nothing, lets nobody in, and stays up',
    async () => {
      const sandbox = await runSandbox();
      await expectStillUp(sandbox, async () => {
        const dice = createDice(SEED);
        await inParallel(REQUESTS, 16, async (index) => {
          const bytes = malformedHttp(dice, '');
          const answer = (await sendRaw(portOf(sandbox), bytes, {tls: true, quietMs: index % 50 === 0 ? 1500 : 60})).bytes.toString(
            'latin1',
          );
          expect(
            statusesOf(answer).filter((code) => code < 300 && code >= 200 && !isPublic(answer)),
            excerpt(bytes, answer),
          ).toEqual([]);
          expect(answer, excerpt(bytes, answer)).not.toMatch(/SecretList|Internal error|"kind":"Secret"/);
        });
      });
    },
    120_000 + REQUESTS * 120,
  );

  it(
    'stays up under raw nonsense with good credentials',
    async () => {
      const sandbox = await runSandbox();
      await expectStillUp(sandbox, async () => {
        const dice = createDice(SEED + 1);
        await inParallel(REQUESTS, 16, async () => {
          const bytes = malformedHttp(dice, `Bearer ${sandbox.token}`);
          const answer = (await sendRaw(portOf(sandbox), bytes, {tls: true, quietMs: 60})).bytes.toString('latin1');
          expect(answer, excerpt(bytes, answer)).not.toMatch(/Internal error/);
        });
      });
    },
    120_000 + REQUESTS * 120,
  );

  it(
    'answers what cannot be meant with a Status, and stays up',
    async () => {
      const sandbox = await runSandbox();
      const agent = new Agent({keepAlive: true, ca: sandbox.ca, maxSockets: 8});
      const codes = new Map<number, number>();
      const faults: string[] = [];
      await expectStillUp(sandbox, async () => {
        const dice = createDice(SEED + 2);
        await createObjects(sandbox, agent);
        await inParallel(REQUESTS, 8, async () => {
          const malformed = malformedRequest(dice);
          const {code, text} = await send(sandbox, agent, malformed);
          if (malformed.method === 'DELETE' || code === 404) await createObjects(sandbox, agent, malformed.path);
          codes.set(code, (codes.get(code) ?? 0) + 1);
          if (code >= 500 && code !== 503 && code !== 504 && !GENUINE_500.test(text))
            faults.push(
              `${malformed.method} ${malformed.path} ${JSON.stringify(malformed.headers)} ${String(malformed.body).slice(0, 600)}\n  -> ${code} ${text.slice(0, 300)}`,
            );
        });
        await forget(sandbox, agent);
      });
      agent.destroy();
      process.stderr.write(`answers by code: ${JSON.stringify(Object.fromEntries(codes))}\n`);
      expect(faults.join('\n\n')).toBe('');
    },
    120_000 + REQUESTS * 120,
  );
});

/** The objects that requests change, where they are not there: all of them, or those that a path is about. */
async function createObjects(sandbox: RunningSandbox, agent: Agent, about = ''): Promise<void> {
  for (const [path, object] of OBJECTS.filter(([each]) => about === '' || about.startsWith(each))) {
    await send(sandbox, agent, {method: 'POST', path, headers: {'content-type': 'application/json'}, body: JSON.stringify(object)});
  }
}

/** Objects of tens of mebibytes are no leak: they go, and so do the changes that watches may still ask for. */
async function forget(sandbox: RunningSandbox, agent: Agent): Promise<void> {
  for (const [path] of OBJECTS) {
    for (const name of ['wide', 'long']) await send(sandbox, agent, {method: 'DELETE', path: `${path}/${name}`, headers: {}, body: null});
  }
  const maps = '/api/v1/namespaces/kube-system/configmaps';
  await send(sandbox, agent, {
    method: 'POST',
    path: maps,
    headers: {'content-type': 'application/json'},
    body: '{"metadata":{"name":"flush"}}',
  });
  await inParallel(5_500, 8, async (index) => {
    const body = `{"data":{"k":"${index}"}}`;
    await send(sandbox, agent, {method: 'PATCH', path: `${maps}/flush`, headers: {'content-type': 'application/merge-patch+json'}, body});
  });
}

function portOf(sandbox: RunningSandbox): number {
  return Number(new URL(sandbox.info.server).port);
}

function statusesOf(answer: string): number[] {
  return [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => Number(code));
}

/** What anybody may read: the version, and that the server is well. */
function isPublic(answer: string): boolean {
  return answer.includes('"gitVersion"') || /\r\n\r\n(ok|\[\+\]ping ok[\s\S]*)$/.test(answer) || /Content-Length: 2\r\n/.test(answer);
}

function excerpt(bytes: Buffer, answer: string): string {
  return `${JSON.stringify(bytes.toString('latin1').slice(0, 300))} was answered with ${JSON.stringify(answer.slice(0, 400))}`;
}

function send(
  {token, info}: RunningSandbox,
  agent: Agent,
  {method, path, headers, body}: MalformedRequest,
): Promise<{code: number; text: string}> {
  const {promise, resolve, reject} = Promise.withResolvers<{code: number; text: string}>();
  const outgoing = request(
    `${info.server}`,
    {agent, method, path, headers: {...headers, authorization: `Bearer ${token}`}, timeout: 30_000},
    (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('close', () => resolve({code: response.statusCode ?? 0, text}));
    },
  );
  outgoing.on('timeout', () =>
    outgoing.destroy(new Error(`no answer within 30 s to ${method} ${path} ${JSON.stringify(headers)} ${String(body).slice(0, 500)}`)),
  );
  // a body that is too large is cut off with a reset
  outgoing.on('error', (error: NodeJS.ErrnoException) =>
    ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? resolve({code: 0, text: ''}) : reject(error),
  );
  outgoing.end(body ?? undefined);
  return promise;
}
