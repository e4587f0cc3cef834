import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {stringify} from 'yaml';
import {checkServices} from '../../src/flows/check-services.ts';
import {explain} from '../../src/flows/explain.ts';
import {checkExitCode, renderCatalogue, renderCheck, renderExplanation} from '../../src/render/check.ts';
import {galleryObjects} from './gallery.ts';

const FLAGS = {'all-namespaces': false, recursive: false};
const STYLE = {width: 80, color: false};
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kiada-check-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

function file(name: string, objects: readonly object[]): string {
  const place = path.join(folder, name);
  writeFileSync(place, objects.map((object) => stringify(object)).join('---\n'));
  return place;
}

function service(selector: object, port: object = {port: 80, targetPort: 'http'}): object {
  return {apiVersion: 'v1', kind: 'Service', metadata: {name: 'web'}, spec: {selector, ports: [port]}};
}

function deployment(labels: object): object {
  const containers = [{name: 'web', image: 'nginx', ports: [{name: 'http', containerPort: 8080}]}];
  const spec = {selector: {matchLabels: labels}, template: {metadata: {labels}, spec: {containers}}};
  return {apiVersion: 'apps/v1', kind: 'Deployment', metadata: {name: 'web'}, spec};
}

describe('svc check of manifests', () => {
  it('finds nothing wrong with a Service and the workload that it selects', async () => {
    const result = await checkServices([], {...FLAGS, filename: [file('good.yaml', [service({app: 'web'}), deployment({app: 'web'})])]});
    expect(result).toEqual({checked: 1, findings: [], unknown: []});
    expect(checkExitCode(result)).toBe(0);
    expect(renderCheck(result, STYLE)).toBe('1 Service checked: nothing found');
  });

  it('finds a selector that misses the template by a letter, with the patch', async () => {
    const result = await checkServices([], {...FLAGS, filename: [file('typo.yaml', [service({app: 'wbe'}), deployment({app: 'web'})])]});
    expect(result.findings).toMatchObject([{code: 'KIA0101', severity: 'error', object: {namespace: 'default', name: 'web'}}]);
    expect(result.findings[0]?.remedy).toBe('write in the manifest of Service web: selector: {app: web}');
    expect(checkExitCode(result)).toBe(1);
  });

  it('only suspects a Service whose workload is in no file', async () => {
    const result = await checkServices([], {...FLAGS, filename: [file('alone.yaml', [service({app: 'web'})])]});
    expect(result.findings).toMatchObject([{code: 'KIA0101', severity: 'warning', certainty: 'possible'}]);
    expect(checkExitCode(result)).toBe(0);
  });

  it('finds a named port that the template lacks', async () => {
    const objects = [service({app: 'web'}, {port: 443, targetPort: 'https'}), deployment({app: 'web'})];
    const result = await checkServices(['svc/web'], {...FLAGS, filename: [file('port.yaml', objects)]});
    expect(result.findings.map((finding) => finding.code)).toEqual(['KIA0301']);
  });

  it('puts objects without a namespace where they would be applied', async () => {
    const result = await checkServices([], {
      ...FLAGS,
      namespace: 'kiada',
      filename: [file('ns.yaml', [service({app: 'x'}), deployment({app: 'web'})])],
    });
    expect(result.findings[0]?.object.namespace).toBe('kiada');
  });

  it('knows no Service that is in no file', async () => {
    const asked = checkServices(['quote'], {...FLAGS, filename: [file('other.yaml', [service({app: 'web'})])]});
    await expect(asked).rejects.toMatchObject({code: 'SERVICE_NOT_FOUND', exitCode: 3});
  });
});

describe('svc check of a snapshot', () => {
  it('finds what is wrong, and prints it with the command on a line of its own', async () => {
    const snapshot = file('snapshot.yaml', [{apiVersion: 'v1', kind: 'List', items: galleryObjects('KIA0302', 'broken')}]);
    const result = await checkServices([], {...FLAGS, 'all-namespaces': true, snapshot});
    expect(result.findings.map((finding) => finding.code)).toEqual(['KIA0302']);
    const page = renderCheck(result, STYLE);
    expect(page).toContain('1 Service checked: 1 warning');
    expect(page).toContain('Service shop/web');
    expect(page).toContain('! KIA0302 port http (80) leads to "http", which 1 of 2 pods lack');
  });

  it('does as --ignore and --min-severity say', async () => {
    const snapshot = file('ignored.yaml', galleryObjects('KIA0302', 'broken'));
    const flags = {...FLAGS, 'all-namespaces': true, snapshot};
    expect((await checkServices([], {...flags, ignore: ['KIA0302=shop/web']})).findings).toEqual([]);
    expect((await checkServices([], {...flags, 'min-severity': 'error'})).findings).toEqual([]);
    await expect(checkServices([], {...flags, ignore: ['no-code']})).rejects.toMatchObject({code: 'USAGE'});
  });
});

describe('slips in what is ignored and asked for', () => {
  it('are told: a code that does not exist is not ignored in silence', async () => {
    const flags = {...FLAGS, filename: [file('slip.yaml', [service({app: 'wbe'}), deployment({app: 'web'})])]};
    await expect(checkServices([], {...flags, ignore: ['KIA0110']})).rejects.toMatchObject({
      code: 'FINDING_CODE_UNKNOWN',
      hint: expect.stringContaining('KIA01'),
    });
    expect((await checkServices([], {...flags, ignore: ['kia0101=default/web']})).findings).toEqual([]);
  });

  it('remedies of findings about files are changes to the files; a command that is left is said to be for a cluster', async () => {
    const objects = [service({app: 'web'}, {port: 443, targetPort: 'https'}), deployment({app: 'web'})];
    const result = await checkServices([], {...FLAGS, filename: [file('command.yaml', objects)]});
    const page = renderCheck(result, {...STYLE, manifests: true});
    expect(page.replaceAll(/\s+/g, ' ')).toMatch(/fix: in the manifest of Service \w+, set spec\.ports\[0\]\.targetPort: /);
    expect(page).not.toMatch(/kubectl|in the files/);
    const [finding] = result.findings;
    const left = {...result, findings: [{...(finding ?? expect.unreachable()), remedy: 'look at it: kubectl get pods'}]};
    expect(renderCheck(left, {...STYLE, manifests: true})).toMatch(/make such changes in the files/);
    expect(renderCheck(left, STYLE)).not.toMatch(/in the files/);
  });
});

describe('explain', () => {
  it('knows a finding by its name too', async () => {
    expect((await explain('selectormatchesnopod')).codes.map(({code}) => code)).toEqual(['KIA0101']);
  });

  it('tells about one code in full', async () => {
    const text = renderExplanation(await explain('kia0101'), STYLE);
    expect(text).toMatch(/^KIA0101 SelectorMatchesNoPod {3}error, proven\n/);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('lists all codes where none is named', async () => {
    const result = await explain(undefined);
    expect(renderCatalogue(result, STYLE).split('\n')).toHaveLength(result.codes.length + 1);
  });

  it('names the nearest for a code that does not exist', async () => {
    await expect(explain('KIA0110')).rejects.toMatchObject({
      code: 'FINDING_CODE_UNKNOWN',
      exitCode: 3,
      hint: expect.stringContaining('KIA01'),
    });
  });
});
