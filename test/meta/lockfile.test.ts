import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';

const ROOT = path.join(import.meta.dirname, '..', '..');
const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<
    string,
    {version?: string; integrity?: string; link?: boolean; os?: string[]; resolved?: string; optionalDependencies?: Record<string, string>}
  >;
};
const packages = Object.entries(lock.packages).filter(([name, entry]) => name.startsWith('node_modules/') && !entry.link);

describe('package-lock.json', () => {
  it('has a version for every package, and an integrity unless it is for another platform', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, entry]) => !entry.version || (!entry.integrity && !entry.os)).map(([name]) => name)).toEqual([]);
  });

  it('has every optional package that another one names: npm ci fails on any platform where one is missing', () => {
    const names = new Set(packages.map(([name]) => name.replace(/^.*node_modules\//, '')));
    const wanted = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  it('names no host', () => {
    expect(packages.filter(([, entry]) => /https?:/.test(entry.resolved ?? '')).map(([name]) => name)).toEqual([]);
  });
});
