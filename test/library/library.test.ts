import {globSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {createContext, runInContext} from 'node:vm';
import {rolldown} from 'rolldown';
import {afterAll, describe, expect, it} from 'vitest';
import {importsOf} from '../../tools/import-rules.ts';
import {outsideProject} from './packed.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const ENTRIES = ['routing', 'endpoints', 'dns', 'findings'] as const;
const examples = globSync('*.{ts,mjs}', {cwd: path.join(ROOT, 'examples')}).filter((file) => file !== 'cluster.ts');
const project = outsideProject();

afterAll(() => project.remove());

const USES = `
import {type ClusterView, judgeEndpoints, judgePacket, route, updateView, viewOf} from 'kiada/routing';
import {buildEndpointSlices} from 'kiada/endpoints';
import {answer, lookupPlan, records, resolverConfig} from 'kiada/dns';
import {check} from 'kiada/findings';
const view: ClusterView = updateView(viewOf([]), {type: 'ADDED', object: {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'shop'}}});
export const counts: number = check(view).findings.length + records(view).length;
export {answer, buildEndpointSlices, judgeEndpoints, judgePacket, lookupPlan, resolverConfig, route};
`;

describe('the library, installed somewhere else', () => {
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    it(`has types under moduleResolution ${moduleResolution}, without those of Node or of a browser`, () => {
      writeFileSync(path.join(project.folder, 'uses.ts'), USES);
      expect(project.typeCheck(['uses.ts'], {module, moduleResolution, lib: 'es2024'})).toBe('');
    });
  }

  it('tells wrong use from right by its types', () => {
    writeFileSync(path.join(project.folder, 'wrong.ts'), "import {viewOf} from 'kiada/routing';\nviewOf(7);\n");
    expect(project.typeCheck(['wrong.ts'], {module: 'nodenext', moduleResolution: 'nodenext', lib: 'es2024'})).toContain('TS2345');
  });

  it('has examples that type-check', () => {
    const files = examples.filter((file) => file.endsWith('.ts')).map((file) => `examples/${file}`);
    const options = {module: 'nodenext', moduleResolution: 'nodenext', lib: 'es2024,dom', allowImportingTsExtensions: 'true'};
    expect(project.typeCheck(files, options)).toBe('');
  });

  it('has some examples', () => expect(examples.length).toBeGreaterThanOrEqual(5));

  for (const example of examples) {
    it(`prints what the example ${example} says`, () => {
      const said = readFileSync(path.join(ROOT, 'examples', example), 'utf8').split('\n// prints:\n')[1] ?? '';
      const expected = said
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^\/\/ ?/, ''));
      expect(expected[0]).not.toBe('');
      const printed = project.run(`examples/${example}`).trimEnd().split('\n');
      expect(printed.map((line) => line.trimEnd())).toEqual(expected);
    });
  }
});

describe('the library, anywhere', () => {
  it('imports nothing: no Node module, no package', () => {
    const files = globSync('dist/lib/**/*.js', {cwd: ROOT});
    expect(files.length).toBeGreaterThanOrEqual(ENTRIES.length);
    const foreign = files.flatMap((file) =>
      importsOf(readFileSync(path.join(ROOT, file), 'utf8'))
        .filter(({specifier}) => !specifier.startsWith('.'))
        .map(({specifier}) => `${file}: ${specifier}`),
    );
    expect(foreign).toEqual([]);
  });

  it('runs where there are no globals but the language and TextEncoder', async () => {
    const {context} = await inEmptyWorld();
    expect(runInContext("kiada.routing.viewOf([{apiVersion: 'v1', kind: 'Node', metadata: {name: 'n'}}]).nodes.size", context)).toBe(1);
    const question = "{service: {namespace: 'shop', name: 'web'}, from: 'outside', via: 'nodeport'}";
    const service = `{apiVersion: 'v1', kind: 'Service', metadata: {name: 'web', namespace: 'shop'},
      spec: {selector: {app: 'web'}, clusterIP: '10.96.0.9', ports: [{port: 80}]}}`;
    expect(runInContext(`kiada.routing.route(kiada.routing.viewOf([${service}]), ${question})[0].verdict`, context)).toBe('unreachable');
    expect(runInContext(`kiada.dns.records(kiada.routing.viewOf([${service}])).length`, context)).toBeGreaterThan(0);
    expect(runInContext(`kiada.endpoints.buildEndpointSlices({service: ${service}, pods: [], nodes: []}).slices.length`, context)).toBe(1);
    expect(runInContext(`kiada.findings.check(kiada.routing.viewOf([${service}])).unknown.length`, context)).toBe(0);
  });
});

/** All four entries as one script, run in a context of its own: `process`, `Buffer`, `require` and timers do not exist there. */
async function inEmptyWorld() {
  const entry = path.join(project.folder, 'all.js');
  const lines = ENTRIES.map((name) => `export * as ${name} from 'kiada/${name}';`);
  writeFileSync(entry, `${lines.join('\n')}\n`);
  const bundle = await rolldown({input: entry, platform: 'neutral'});
  const {output} = await bundle.generate({format: 'iife', name: 'kiada'});
  const context = createContext({TextEncoder});
  runInContext(output[0].code, context);
  return {context};
}
