import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Killable, type Stored, startKillable} from './killable.ts';
import {type Knowledge, noKnowledge, SERVICES, writeUntilDeath} from './random-writer.ts';
import {seededRandom} from './seeded-random.ts';

const KILLS = Number(process.env['KIADA_KILL_ROUNDS'] ?? 15);
const SEED = Number(process.env['KIADA_SEED'] ?? Date.now() % 1_000_000_000);
const WRITERS = 4;

/** One life of the process: how many writes it lives and a moment more, or, seldom, how soon it dies starting; and whether it begins with nothing. */
const life = fc.record({
  writes: fc.integer({min: 1, max: 150}),
  momentMs: fc.integer({min: 0, max: 5}),
  dieStarting: fc.oneof({weight: 5, arbitrary: fc.constant(null)}, {weight: 1, arbitrary: fc.integer({min: 100, max: 900})}),
  fresh: fc.integer({min: 0, max: 9}).map((dice) => dice === 0),
  seed: fc.integer(),
});

describe('kill -9 at random moments under writes over HTTPS', () => {
  it(
    `loses nothing over ${KILLS} kills (seed ${SEED})`,
    async () => {
      let folder = newFolder();
      let knowledge = noKnowledge();
      let acknowledged = 0;
      for (const {writes, momentMs, dieStarting, fresh, seed} of fc.sample(life, {numRuns: KILLS, seed: SEED})) {
        if (fresh) {
          rmSync(folder, {recursive: true, force: true});
          folder = newFolder();
          knowledge = noKnowledge();
        }
        const running = await startKillable(folder, dieStarting);
        if (running === null) continue;
        const random = seededRandom(seed);
        await checkKept(running, knowledge);
        await checkAllocation(running, knowledge);
        const enough = Promise.withResolvers<void>();
        let counted = 0;
        const count = (): void => {
          counted += 1;
          if (counted === writes) setTimeout(enough.resolve, momentMs);
        };
        const writers = Array.from({length: WRITERS}, (_, index) =>
          writeUntilDeath(running, {name: `w${index}`, knowledge, random, count}),
        );
        await Promise.race([enough.promise, Promise.all(writers)]);
        await running.kill();
        await Promise.all(writers);
        acknowledged += counted;
      }
      const last = (await startKillable(folder)) as Killable;
      await checkKept(last, knowledge);
      await last.kill();
      rmSync(folder, {recursive: true, force: true});
      expect(acknowledged).toBeGreaterThan(KILLS);
      process.stderr.write(`${KILLS} kills, ${acknowledged} acknowledged writes kept (seed ${SEED})\n`);
    },
    120_000 + KILLS * 5_000,
  );
});

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'kiada-kill-'));
}

/** Every object is as it was last acknowledged, or as a write without an answer would have made it; and whole. */
async function checkKept(running: Killable, knowledge: Knowledge): Promise<void> {
  const found = new Map<string, Stored>();
  for (const resource of ['services', 'configmaps']) {
    const list = (await read(running, `/api/v1/namespaces/default/${resource}`)).body;
    expect(Number(list.metadata.resourceVersion)).toBeGreaterThanOrEqual(knowledge.version);
    for (const object of list.items) {
      expect(Number(object.metadata.resourceVersion)).toBeLessThanOrEqual(Number(list.metadata.resourceVersion));
      found.set(`/api/v1/namespaces/default/${resource}/${object.metadata.name}`, object);
    }
    knowledge.version = Number(list.metadata.resourceVersion);
  }
  for (const path of new Set([...knowledge.acknowledged.keys(), ...knowledge.pending.keys(), ...found.keys()])) {
    const mark = markOf(found.get(path));
    const allowed = [knowledge.acknowledged.get(path) ?? null, ...(knowledge.pending.has(path) ? [knowledge.pending.get(path)] : [])];
    expect(allowed, path).toContain(mark);
    knowledge.acknowledged.set(path, mark);
  }
  knowledge.pending.clear();
  checkUnique([...found.values()]);
}

/** The one mark that all its fields bear; an object that bears several was written by halves. */
function markOf(object: Stored | undefined): string | null {
  if (object === undefined) return null;
  const {metadata, data, spec} = object;
  const marks = [
    metadata.labels?.['mark'],
    metadata.annotations?.['mark'],
    ...(data ? [data['first'], data['last']] : [spec?.selector['mark']]),
  ];
  expect(new Set(marks).size, JSON.stringify(object)).toBe(1);
  return marks[0] ?? '';
}

function checkUnique(objects: readonly Stored[]): void {
  const specs = objects.flatMap(({spec}) => spec ?? []);
  const addresses = specs.flatMap(({clusterIPs}) => clusterIPs);
  const ports = specs.flatMap((spec) => [
    ...spec.ports.flatMap(({nodePort}) => nodePort ?? []),
    ...(spec.healthCheckNodePort ? [spec.healthCheckNodePort] : []),
  ]);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(new Set(ports).size).toBe(ports.length);
  for (const {type, ports: own, clusterIP} of specs) {
    expect(clusterIP).toMatch(/^10\.96\.0\./);
    expect(own.every(({nodePort}) => (nodePort !== undefined) === (type !== 'ClusterIP'))).toBe(true);
  }
}

/** What is held is refused to others, and what was released can be had again. */
async function checkAllocation(running: Killable, knowledge: Knowledge): Promise<void> {
  const {items} = (await read(running, SERVICES)).body;
  const specs = items.flatMap(({spec}) => spec ?? []);
  const heldIPs = new Set(specs.map(({clusterIP}) => clusterIP));
  const heldPorts = new Set(
    specs.flatMap((spec) => [...spec.ports.flatMap(({nodePort}) => nodePort ?? []), spec.healthCheckNodePort ?? 0]),
  );
  const freeIP = [...knowledge.addresses].find((ip) => !heldIPs.has(ip));
  const freePort = [...knowledge.ports].find((port) => !heldPorts.has(port));
  const [heldIP] = heldIPs;
  const heldPort = specs.flatMap(({ports}) => ports.flatMap(({nodePort}) => nodePort ?? []))[0];
  if (heldIP !== undefined) expect(await tryFor(running, {clusterIP: heldIP})).toBe(422);
  if (heldPort !== undefined) expect(await tryFor(running, {type: 'NodePort', ports: [{port: 80, nodePort: heldPort}]})).toBe(422);
  if (freeIP !== undefined) expect(await tryFor(running, {clusterIP: freeIP})).toBe(201);
  if (freePort !== undefined) expect(await tryFor(running, {type: 'NodePort', ports: [{port: 80, nodePort: freePort}]})).toBe(201);
}

/** The answer's code; what was created goes again. */
async function tryFor(running: Killable, spec: object): Promise<number> {
  const body = {metadata: {name: 'try'}, spec: {ports: [{port: 80}], ...spec}};
  const answer = await running.send('POST', SERVICES, body);
  if (answer?.code === 201) await running.send('DELETE', `${SERVICES}/try`);
  return answer?.code ?? 0;
}

async function read(running: Killable, path: string): Promise<{code: number; body: Stored}> {
  const answer = await running.send('GET', path);
  if (answer?.code !== 200) throw new Error(`GET ${path}: ${JSON.stringify(answer)}`);
  return answer;
}
