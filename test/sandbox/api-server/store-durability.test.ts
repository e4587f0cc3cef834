import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {openStore} from '../../../src/sandbox/api-server/index.ts';
import {temporaryFolder} from './temporary-folder.ts';

interface Acknowledged {
  readonly name: string;
  readonly gone: boolean;
  readonly version: string;
  readonly count: number;
}

/** Runs the writer until it has acknowledged `writes` writes, kills it outright, and gives all that it acknowledged. */
async function writeAndKill(file: string, writes: number): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'store-writer.ts'), file], {stdio: ['ignore', 'pipe', 'inherit']});
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    text += chunk;
    if (text.split('\n').length > writes) child.kill('SIGKILL');
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Acknowledged);
}

describe('kill -9 in the middle of writes', () => {
  it('loses no acknowledged write, and resourceVersions go on', async () => {
    const file = join(temporaryFolder(), 'state.db');
    let lastVersion = 0;
    for (let round = 0; round < 5; round++) {
      const acknowledged = await writeAndKill(file, 100 + round * 37);
      expect(acknowledged.length).toBeGreaterThan(99);
      expect(Number(acknowledged[0]?.version)).toBeGreaterThan(lastVersion);
      const store = openStore(file);
      const last = acknowledged.at(-1) as Acknowledged;
      // one more write may have been committed than could be told
      expect(store.resourceVersion - Number(last.version)).toBeLessThanOrEqual(1);
      expect(store.resourceVersion).toBeGreaterThanOrEqual(Number(last.version));
      const latest = new Map(acknowledged.map((each) => [each.name, each]));
      for (const [name, {gone, version, count}] of latest) {
        const found = store.get('configmaps', 'default', name);
        if (found !== undefined && Number(found.metadata?.resourceVersion) > Number(last.version)) continue;
        if (found === undefined && store.resourceVersion > Number(last.version) && !gone) continue;
        expect(found === undefined).toBe(gone);
        if (found !== undefined) expect([found.metadata?.resourceVersion, found['data']]).toEqual([version, {count: String(count)}]);
      }
      lastVersion = store.resourceVersion;
      store.close();
    }
  }, 60_000);
});
