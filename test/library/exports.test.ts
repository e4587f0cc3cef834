import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';

const ROOT = path.join(import.meta.dirname, '..', '..');
const ENTRIES = ['routing', 'endpoints', 'dns', 'findings'] as const;
const page = readFileSync(path.join(ROOT, 'docs', 'library.md'), 'utf8');

describe('docs/library.md', () => {
  for (const entry of ENTRIES) {
    it(`names every export of kiada/${entry}, and nothing else`, async () => {
      const exported = Object.keys((await import(`../../src/${entry}/index.ts`)) as object);
      const section = page.split(`\n## kiada/${entry}\n`)[1]?.split('\n## ')[0] ?? '';
      const named = [...section.matchAll(/^\| `(\w+)/gm)].map((match) => match[1]);
      expect(named.toSorted()).toEqual(exported.toSorted());
    });
  }

  it('shows the examples that the tests run', () => {
    const shown = [...page.matchAll(/\(\.\.\/examples\/([\w-]+\.(?:ts|mjs))\)/g)].map((match) => match[1]);
    expect(shown.length).toBeGreaterThanOrEqual(5);
  });
});
