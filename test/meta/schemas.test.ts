import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {beforeAll, describe, expect, it} from 'vitest';
import {ERROR_CODES} from '../../src/errors.ts';
import {makeSchemas} from '../../tools/make-schemas.ts';
import {emptyFolder, type Run, runAll, runKiada, SNAPSHOT} from '../cli/run-kiada.ts';
import {apiCluster} from '../flows/api-cluster.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'schemas');
const ajv = new Ajv2020({strict: true, allErrors: true, allowUnionTypes: true});

/** What is wrong with a value, by place. */
function problems(schema: string, value: unknown): readonly string[] {
  const validate =
    ajv.getSchema(schema) ?? ajv.addSchema(JSON.parse(readFileSync(path.join(FOLDER, `${schema}.json`), 'utf8')), schema).getSchema(schema);
  if (validate === undefined) throw new Error(`no schema ${schema}`);
  validate(value);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

describe('schemas/', () => {
  it('are those of the types: npm run schemas writes them anew', () => {
    const made = makeSchemas();
    expect(readdirSync(FOLDER).sort()).toEqual([...made.keys()].sort());
    const stale = [...made].filter(([file, text]) => readFileSync(path.join(FOLDER, file), 'utf8') !== text).map(([file]) => file);
    expect(stale).toEqual([]);
  });

  it('are strict: a field too many or too few is wrong', () => {
    const version = {kiada: '1', node: '26', cluster: null, sandbox: null};
    expect(problems('version', version)).toEqual([]);
    expect(problems('version', {...version, more: 1})).toHaveLength(1);
    expect(problems('version', {kiada: '1'})).not.toEqual([]);
    expect(problems('version', {...version, node: 26})).toHaveLength(1);
  });
});

const SUITE = ['--snapshot', SNAPSHOT];

/** Command lines whose output must be as the schema says. */
const OFFLINE: readonly {schema: string; argv: readonly string[]; exitCode?: number}[] = [
  {schema: 'svc-list', argv: ['svc', 'list', '-A', ...SUITE]},
  {schema: 'svc-describe', argv: ['svc', 'describe', ...SUITE]},
  {schema: 'svc-route', argv: ['svc', 'route', 'kiada', ...SUITE]},
  {schema: 'svc-route', argv: ['svc', 'route', 'kiada', '--from', 'outside', ...SUITE]},
  {schema: 'svc-route', argv: ['svc', 'route', 'quote-headless', ...SUITE]},
  {schema: 'svc-route', argv: ['svc', 'route', 'time-api', ...SUITE]},
  {
    schema: 'svc-route',
    argv: ['svc', 'route', 'quote', '--matrix', '--set', 'internalTrafficPolicy=Local', '--with-replicas', '5', ...SUITE],
  },
  {schema: 'svc-env', argv: ['svc', 'env', ...SUITE]},
  {schema: 'svc-check', argv: ['svc', 'check', ...SUITE], exitCode: 1},
  {schema: 'explain', argv: ['explain', 'KIA0101']},
  {schema: 'endpoints-list', argv: ['endpoints', 'list', ...SUITE]},
  {schema: 'dns-records', argv: ['dns', 'records', ...SUITE]},
  {schema: 'dns-resolve', argv: ['dns', 'resolve', 'quote', '--from', 'pod/kiada-001', ...SUITE]},
  {schema: 'dns-resolve', argv: ['dns', 'resolve', '_http._tcp.quote-headless', '--type', 'SRV', ...SUITE]},
  {schema: 'setup-list', argv: ['setup', 'list']},
  {schema: 'sandbox-status', argv: ['sandbox', 'status'], exitCode: 1},
  {schema: 'version', argv: ['version']},
  {schema: 'error', argv: ['svc', 'describe', 'nobody', ...SUITE], exitCode: 3},
];

describe('what -o json prints without a cluster', () => {
  let runs: readonly Run[] = [];
  beforeAll(async () => {
    runs = await runAll(OFFLINE.map(({argv}) => [...argv, '-o', 'json']));
  });
  for (const [index, {schema, argv, exitCode = 0}] of OFFLINE.entries()) {
    it(`is as schemas/${schema}.json says: kiada ${argv.filter((word) => !SUITE.includes(word)).join(' ')}`, () => {
      const run = runs[index] as Run;
      expect(run).toMatchObject({stderr: '', exitCode});
      expect(problems(schema, JSON.parse(run.stdout))).toEqual([]);
    });
  }

  it('names errors by the codes of the table', () => {
    const {error} = JSON.parse(runs.at(-1)?.stdout ?? '') as {error: {code: string}};
    expect(Object.keys(ERROR_CODES)).toContain(error.code);
  });
});

describe('what -o json prints of a cluster', () => {
  it('is as the schemas say', async () => {
    const {kubeconfig, slice} = await apiCluster();
    slice('a', '!b');
    const manifest = path.join(emptyFolder(), 'a.yaml');
    writeFileSync(manifest, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n');
    const cluster = ['--kubeconfig', kubeconfig, '-o', 'json'];
    const LINES = [
      {schema: 'apply', argv: ['apply', '-f', manifest], exitCode: 0},
      {schema: 'apply', argv: ['apply', '-f', manifest, '--dry-run', 'server'], exitCode: 0},
      {schema: 'delete', argv: ['delete', '-f', manifest, '--wait'], exitCode: 0},
      {schema: 'svc-describe', argv: ['svc', 'describe', 'quote'], exitCode: 0},
      {schema: 'version', argv: ['version'], exitCode: 0},
      {schema: 'probe', argv: ['probe', 'svc/quote'], exitCode: 4},
    ];
    const runs = await runAll(LINES.map(({argv}) => [...argv, ...cluster]));
    for (const [index, {schema, argv, exitCode}] of LINES.entries()) {
      const run = runs[index] as Run;
      expect({...run, stdout: '', problems: problems(schema, JSON.parse(run.stdout))}, argv.join(' ')).toEqual({
        stdout: '',
        stderr: '',
        exitCode,
        problems: [],
      });
    }
  });

  it('is a line per change in a stream', async () => {
    const {kubeconfig, slice} = await apiCluster();
    slice('a', '!b');
    const {stdout, exitCode} = await runKiada(['endpoints', 'watch', '--until', 'ready>=1', '--kubeconfig', kubeconfig, '-o', 'json']);
    expect(exitCode).toBe(0);
    const changes = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as {type: string});
    expect(changes.map(({type}) => type)).toEqual(['added', 'added', 'synced']);
    for (const change of changes) expect(problems('endpoints-watch', change)).toEqual([]);
  });
});
