import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';

const SRC = path.join(import.meta.dirname, '..', '..', 'src');

// With `agent: false` Node makes a new agent and dials by itself: `createConnection` is not called, and the request leaves the vantage.
it('no request names a connection of its own and switches the agent off, which would dial past it', () => {
  const files = globSync('**/*.ts', {cwd: SRC});
  const wrong = files.filter((file) => {
    const source = readFileSync(path.join(SRC, file), 'utf8');
    return source.includes('createConnection') && /agent:\s*false/.test(source);
  });
  expect(files.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});
