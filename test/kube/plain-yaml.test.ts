import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parse, stringify} from 'yaml';
import {parsePlainYaml} from '../../src/kube/plain-yaml.ts';

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: kind-dev
preferences: {}
clusters:
- name: kind-dev
  cluster:
    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
    server: https://127.0.0.1:6443
contexts:
- context:
    cluster: kind-dev
    user: kind-dev
    namespace: ""
  name: kind-dev
users:
  - name: kind-dev
    user:
      exec:
        command: aws
        interactiveMode: IfAvailable
        provideClusterInfo: false
`;

describe('a kubeconfig as kubectl writes it', () => {
  it('is read as the library reads it', () => {
    expect(parsePlainYaml(KUBECONFIG)).toEqual(parse(KUBECONFIG));
    expect(parsePlainYaml(KUBECONFIG)).toMatchObject({clusters: [{name: 'kind-dev', cluster: {server: 'https://127.0.0.1:6443'}}]});
  });

  it.each([
    ['a number', 'a: 1'],
    ['a word for nothing', 'a: ~'],
    ['a date', 'a: 2026-01-01'],
    ['a list of words', 'a:\n- b\n- c'],
    ['a comment', 'a: b # c'],
    ['a block of text', 'a: |\n  b'],
    ['an anchor', 'a: &b c'],
    ['flow', 'a: {b: c}'],
    ['tabs', 'a:\n\tb: c'],
    ['text over two lines', 'a: b\n  c'],
    ['a key twice', 'a: b\na: c'],
    ['escapes', 'a: "b\\n"'],
    ['two documents', 'a: b\n---\nc: d'],
    ['two documents, the first empty', '---\n---\na:'],
    ['columns that fit nothing', 'a:\n    b: c\n  d: e'],
  ])('leaves %s to the library', (_, text) => {
    expect(parsePlainYaml(text)).toBeNull();
  });
});

describe('any text', () => {
  const agrees = (text: string): void => {
    const found = parsePlainYaml(text);
    if (found !== null) expect(found).toEqual(parse(text));
  };

  it('is read as the library reads it, or left to it: what the library writes', () => {
    const word = fc.oneof(
      fc.stringMatching(/^[A-Za-z/][\w./@:+=-]{0,12}$/),
      fc.string({maxLength: 6}),
      fc.boolean(),
      fc.integer(),
      fc.constant(null),
    );
    const key = fc.stringMatching(/^[A-Za-z][\w.-]{0,8}$/);
    const {value} = fc.letrec((tie) => ({
      value: fc.oneof(
        {depthSize: 'small'},
        word,
        fc.dictionary(key, tie('value'), {maxKeys: 4}),
        fc.array(fc.dictionary(key, tie('value'), {maxKeys: 3}), {maxLength: 3}),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.boolean(), (object, indentSeq) => agrees(stringify(object, {indentSeq, lineWidth: 0}))),
      {numRuns: 1_000},
    );
  });

  it('is read as the library reads it, or left to it: lines put together at random', () => {
    const line = fc.constantFrom(
      'a:',
      'b:',
      'a: x',
      'c: "y"',
      "d: 'z'",
      '- a: x',
      '- b:',
      '- c',
      'e: {}',
      'f: []',
      'g: true',
      '---',
      '',
      'h: x:',
      'i:  j',
    );
    const indented = fc.tuple(fc.constantFrom('', '  ', '    ', '   '), line).map(([indent, rest]) => indent + rest);
    fc.assert(
      fc.property(fc.array(indented, {maxLength: 8}), (lines) => {
        const text = lines.join('\n');
        try {
          parse(text);
        } catch {
          expect(parsePlainYaml(text), text).toBeNull();
          return;
        }
        agrees(text);
      }),
      {numRuns: 5_000},
    );
  });
});
