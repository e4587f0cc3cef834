import {describe, expect, test} from 'vitest';
import {checkFields, findDuplicateFields, strictDecodingError} from '../../../src/sandbox/api-server/schema/index.ts';

const service = (spec: unknown) => ({apiVersion: 'v1', kind: 'Service', metadata: {name: 'x'}, spec});

describe('unknown fields', () => {
  test('are named by their path and left out of the known object', () => {
    const {unknown, typeError, known} = checkFields(service({foo: 1, ports: [{port: 80, bar: 3}]}));
    expect(unknown).toEqual(['spec.foo', 'spec.ports[0].bar']);
    expect(typeError).toBeNull();
    expect(known).toEqual(service({ports: [{port: 80}]}));
  });

  test('are told in the words of strict decoding', () => {
    expect(strictDecodingError(['spec.foo'], ['metadata.name'])).toBe(
      'strict decoding error: duplicate field "metadata.name", unknown field "spec.foo"',
    );
  });

  test('named __proto__ or constructor change no prototype', () => {
    const object = JSON.parse('{"apiVersion":"v1","kind":"ConfigMap","__proto__":{"polluted":1},"constructor":1,"data":{"__proto__":"a"}}');
    const {unknown, known} = checkFields(object);
    expect(unknown).toEqual(['__proto__', 'constructor']);
    expect(Object.entries(known['data'] as object)).toEqual([['__proto__', 'a']]);
    expect((known as {polluted?: number}).polluted).toBeUndefined();
    expect(({} as {polluted?: number}).polluted).toBeUndefined();
  });

  test('of a kind that is not built in are no matter', () => {
    const object = {apiVersion: 'example.com/v1', kind: 'Thing', anything: 1};
    expect(checkFields(object)).toEqual({unknown: [], typeError: null, known: object});
  });
});

describe('the known object', () => {
  test('has no nulls and no optional lists and maps that are empty', () => {
    const {known} = checkFields(service({ports: null, selector: {}, externalIPs: [], clusterIP: 'None'}));
    expect(known).toEqual(service({clusterIP: 'None'}));
  });

  test('is the very same object where nothing is left out', () => {
    const object = service({ports: [{port: 80}]});
    expect(checkFields(object).known).toBe(object);
  });
});

// Recorded from an API server 1.37.2.
const TYPE_ERRORS: readonly [object: unknown, message: string][] = [
  [service({ports: [{port: '80'}]}), 'json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32'],
  [service({ports: [{port: 80.5}]}), 'json: cannot unmarshal number 80.5 into Go struct field ServicePort.spec.ports.port of type int32'],
  [service({ports: {port: 80}}), 'json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort'],
  [service('a'), 'json: cannot unmarshal string into Go struct field Service.spec of type v1.ServiceSpec'],
  [service({selector: {a: 1}}), 'json: cannot unmarshal number into Go struct field ServiceSpec.spec.selector of type string'],
  [service({selector: ['a']}), 'json: cannot unmarshal array into Go struct field ServiceSpec.spec.selector of type map[string]string'],
  [
    service({publishNotReadyAddresses: 'yes'}),
    'json: cannot unmarshal string into Go struct field ServiceSpec.spec.publishNotReadyAddresses of type bool',
  ],
  [
    service({ports: [{port: 80, targetPort: true}]}),
    'json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32',
  ],
  [{apiVersion: 'v1', kind: 'Secret', data: {a: '%%%'}}, 'illegal base64 data at input byte 0'],
  [{apiVersion: 'v1', kind: 'Secret', data: {a: 3}}, 'json: cannot unmarshal number into Go struct field Secret.data of type []uint8'],
  [
    {apiVersion: 'v1', kind: 'Pod', spec: {containers: [{resources: {limits: {cpu: 'abc'}}}]}},
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    {apiVersion: 'v1', kind: 'Pod', metadata: {creationTimestamp: 'yesterday'}},
    'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
  ],
];

describe('values of the wrong type', () => {
  for (const [object, message] of TYPE_ERRORS) {
    test(message, () => expect(checkFields(object as never).typeError).toBe(message));
  }

  test('the first one is told', () => {
    expect(checkFields(service({ports: [{port: '80', nodePort: 'x'}]})).typeError).toContain('ports.port');
  });

  test('a schema of schemas that holds itself without end is refused, not followed', () => {
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 3000; level++) deep = {not: deep};
    const object = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      spec: {versions: [{schema: {openAPIV3Schema: deep}}]},
    };
    expect(checkFields(object).typeError).toBe('json: exceeded max depth');
  });
});

describe('keys that stand twice', () => {
  test('are found at any depth, with escapes and in lists', () => {
    const json =
      '{"metadata":{"name":"x","n\\u0061me":"y"},"spec":{"ports":[{"port":1},{"port":2,"port":3}],"selector":{"a":"b"}},"spec":1}';
    expect(findDuplicateFields(json)).toEqual(['metadata.name', 'spec.ports[1].port', 'spec']);
  });

  test('are not seen where there are none', () => {
    expect(findDuplicateFields('{"a":"a","b":{"a":"\\"a\\":1"},"c":[{"a":1},{"a":2},"a","a"]}')).toEqual([]);
  });

  test('cost no stack, however deep the text is', () => {
    expect(findDuplicateFields(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)).toEqual([]);
  });
});
