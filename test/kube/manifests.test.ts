import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {parseManifests, readManifests} from '../../src/kube/index.ts';

const names = (manifests: readonly {object: {metadata?: {name?: string}}}[]) => manifests.map(({object}) => object.metadata?.name);

/** A folder with these files, gone after the test. */
function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'manifests-'));
  onTestFinished(() => rmSync(root, {recursive: true}));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

const service = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\n`;

describe('manifests', () => {
  it('are the documents of a file, each with the line that it begins on; empty documents are none', () => {
    const manifests = parseManifests('a.yaml', `# a comment\n---\n---\n${service('one')}---\n# nothing\n---\n\n${service('two')}`);
    expect(manifests.map(({object, line}) => [object.metadata?.name, line])).toEqual([
      ['one', 4],
      ['two', 11],
    ]);
  });

  it('are the items of a List, each with its own line, Lists within Lists too', () => {
    const text = [
      'apiVersion: v1',
      'kind: List',
      'items:',
      '- apiVersion: v1',
      '  kind: Service',
      '  metadata: {name: one}',
      '- apiVersion: v1',
      '  kind: ServiceList',
      '  items:',
      '  - apiVersion: v1',
      '    kind: Service',
      '    metadata:',
      '      name: two',
      '    spec:',
      '      ports:',
      '      - port: 80',
    ].join('\n');
    const manifests = parseManifests('list.yaml', text);
    expect(manifests.map(({object, line}) => [object.metadata?.name, line])).toEqual([
      ['one', 4],
      ['two', 10],
    ]);
    expect(manifests[1]?.lineOf('spec.ports[0].port')).toBe(16);
  });

  it('may be JSON', () => {
    const [manifest] = parseManifests('a.json', '{\n "apiVersion": "v1",\n "kind": "Service",\n "metadata": {"name": "one"}\n}');
    expect(manifest?.object).toEqual({apiVersion: 'v1', kind: 'Service', metadata: {name: 'one'}});
    expect(manifest?.lineOf('kind')).toBe(3);
  });

  it('are read as kubectl reads YAML: octal modes, yes and on, merge keys; dates and times stay text', () => {
    const [manifest] = parseManifests(
      'a.yaml',
      `${service('one')}base: &base {a: 1}\nspec:\n  mode: 0644\n  on: yes\n  quoted: "0644"\n  time: 22:30\n  date: 2026-01-02\n  merged: {<<: *base, b: 2}\n  float: 1e3\n`,
    );
    expect(manifest?.object['spec']).toEqual({
      mode: 420,
      true: true,
      quoted: '0644',
      time: '22:30',
      date: '2026-01-02',
      merged: {a: 1, b: 2},
      float: 1000,
    });
  });

  const FIELDS = [
    {field: 'spec.ports[1].port', line: 8, of: 'a field in a list'},
    {field: '.spec.ports[port=81,protocol="TCP"].port', line: 8, of: 'a field in a list with keys'},
    {field: '.spec.ports[port=99].port', line: 5, of: 'the nearest parent of a field that is not there'},
    {field: 'metadata.labels[a.b/c]', line: 11, of: 'a key with dots'},
    {field: 'spec.selector', line: 4, of: 'the nearest parent of a missing field'},
    {field: 'nowhere', line: 1, of: 'the document for a field of nothing in it'},
  ];
  for (const {field, line, of} of FIELDS) {
    it(`give the line of ${of}: ${field}`, () => {
      const text = [
        'apiVersion: v1',
        'kind: Service',
        '# a comment',
        'spec:',
        '  ports:',
        '  - port: 80',
        '  - name: other',
        '    port: 81',
        'metadata:',
        '  name: x',
        '  labels: {a.b/c: d}',
      ].join('\n');
      expect(parseManifests('a.yaml', text)[0]?.lineOf(field)).toBe(line);
    });
  }

  const bomb = ['a: &a [1,1,1,1,1,1,1,1,1,1]'];
  for (let level = 1; level < 9; level++)
    bomb.push(`${'abcdefghi'[level]}: &${'abcdefghi'[level]} [${`*${'abcdefghi'[level - 1]},`.repeat(9)}*${'abcdefghi'[level - 1]}]`);
  const BROKEN = [
    {what: 'a tab in the indentation', text: 'a:\n\t- b', says: /^x\.yaml:2: /},
    {what: 'an unclosed bracket', text: `${service('a')}spec: [1, 2\n`, says: /^x\.yaml:\d: /},
    {what: 'a key twice', text: `${service('a')}kind: Pod\n`, says: /^x\.yaml:4: Map keys must be unique/},
    {what: 'an alias bomb', text: bomb.join('\n'), says: /^x\.yaml:1: Excessive alias count/},
    {what: 'an alias of nothing', text: 'a: *b', says: /^x\.yaml:1: /},
    {what: 'a list', text: '- a', says: 'x.yaml:1: a document must be an object with apiVersion and kind'},
    {what: 'a word', text: '\n\nhello', says: 'x.yaml:3: a document must be an object with apiVersion and kind'},
    {what: 'no apiVersion', text: '---\nkind: Service', says: 'x.yaml:2: apiVersion is missing'},
    {what: 'no kind', text: 'apiVersion: v1', says: 'x.yaml:1: kind is missing'},
    {what: 'no name', text: 'apiVersion: v1\nkind: Service\nmetadata: {}', says: 'x.yaml:1: metadata.name is missing'},
    {
      what: 'a name that is no text',
      text: 'apiVersion: v1\nkind: Service\nmetadata: {name: 7}',
      says: 'x.yaml:1: metadata.name is missing',
    },
    {what: 'metadata that is no object', text: 'apiVersion: v1\nkind: Service\nmetadata: x', says: 'x.yaml:1: metadata must be an object'},
    {
      what: 'a broken item of a List',
      text: 'apiVersion: v1\nkind: List\nitems:\n- kind: Pod',
      says: 'x.yaml:4: apiVersion is missing',
    },
  ];
  for (const {what, text, says} of BROKEN) {
    it(`are refused with file and line for ${what}`, () => {
      let message = 'not refused';
      let exitCode = 0;
      try {
        parseManifests('x.yaml', text);
      } catch (error) {
        ({message, exitCode} = error as {message: string; exitCode: number});
      }
      expect(message).toMatch(says);
      expect(message).not.toContain('\n');
      expect(exitCode).toBe(2);
    });
  }
});

describe('manifest files', () => {
  it('of a folder come by name, those below it only with -R, and nothing that is no manifest', async () => {
    const root = folder({
      'b.yaml': service('b'),
      'a.yml': service('a'),
      'c.json': '{"apiVersion":"v1","kind":"Service","metadata":{"name":"c"}}',
      'notes.txt': 'no manifest',
      'deep/er/d.yaml': service('d'),
      'dir.yaml/e.yaml': service('e'),
    });
    expect(names(await readManifests([root], {recursive: false}))).toEqual(['a', 'b', 'c']);
    const all = await readManifests([root], {recursive: true});
    expect(names(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(all[3]?.file).toBe(path.join(root, 'deep/er/d.yaml'));
  });

  it('come in the order in which they are named', async () => {
    const root = folder({'a.yaml': service('a'), 'b.yaml': service('b')});
    expect(names(await readManifests([path.join(root, 'b.yaml'), path.join(root, 'a.yaml')], {recursive: false}))).toEqual(['b', 'a']);
  });

  it('that do not exist, and folders without any, are named', async () => {
    const root = folder({'deep/a.yaml': service('a')});
    await expect(readManifests([path.join(root, 'no.yaml')], {recursive: false})).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      exitCode: 2,
      message: `there is no file or folder ${path.join(root, 'no.yaml')}`,
    });
    await expect(readManifests([root], {recursive: false})).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      hint: 'Look below it too with -R.',
    });
  });

  it('are fetched from this machine only', async () => {
    const server = http.createServer((request, response) => response.writeHead(request.url === '/a.yaml' ? 200 : 404).end(service('web')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(names(await readManifests([`${url}/a.yaml`], {recursive: false}))).toEqual(['web']);
    await expect(readManifests([`${url}/b.yaml`], {recursive: false})).rejects.toMatchObject({message: `${url}/b.yaml answered 404`});
    await expect(readManifests(['https://example.com/a.yaml'], {recursive: false})).rejects.toMatchObject({code: 'USAGE', exitCode: 2});
  });
});
