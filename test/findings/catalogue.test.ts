import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {codes, explainCode} from '../../src/findings/index.ts';
import {RESOURCES} from '../../src/kube/resources.ts';
import {stalePages} from '../../tools/make-finding-docs.ts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const entries = codes().flatMap((code) => explainCode(code) ?? []);

describe('the catalogue of findings', () => {
  it('lists each code once, in order', () => {
    expect(codes()).toEqual([...new Set(codes())].toSorted());
    expect(new Set(entries.map((entry) => entry.name)).size).toBe(codes().length);
  });

  for (const {code, name, severity, certainty, summary, why, remedy, needs, docs} of entries) {
    it(`describes ${code}`, () => {
      expect(code).toMatch(/^KIA0[1-9]\d\d$/);
      expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
      for (const text of [summary, why, remedy]) expect(text).toMatch(/^\S.*[.)]$/s);
      expect(certainty === 'possible' && severity === 'error').toBe(false);
      for (const need of needs) expect(Object.keys(RESOURCES)).toContain(need);
      expect(docs).toBe(`docs/findings/${code}.md`);
    });
  }

  it('has a page for every code that says the same (else: node tools/make-finding-docs.ts)', () => {
    expect(stalePages(path.join(root, 'docs', 'findings'))).toEqual([]);
  });

  it('knows a code in any case of letters, and no other', () => {
    expect(explainCode('kia0101')?.code).toBe('KIA0101');
    expect(explainCode('KIA9999')).toBeNull();
  });
});
