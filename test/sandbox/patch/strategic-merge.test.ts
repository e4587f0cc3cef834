import {describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {jsonMergePatch, strategicMerge} from '../../../src/sandbox/api-server/patch/index.ts';

const pod = (spec: object, metadata: object = {}): KubernetesObject => ({apiVersion: 'v1', kind: 'Pod', metadata: {...metadata}, spec});
const specOf = (object: KubernetesObject) => object['spec'] as Record<string, unknown>;

describe('strategic merge patch', () => {
  const live = pod({
    containers: [
      {name: 'a', image: 'x', env: [{name: 'A', value: '1'}]},
      {name: 'b', image: 'y'},
    ],
    nodeSelector: {k: 'v'},
  });

  test('merges list items by their key and appends new ones', () => {
    const patched = strategicMerge(live, {
      spec: {
        containers: [
          {name: 'b', image: 'z'},
          {name: 'c', image: 'q'},
        ],
      },
    });
    expect(specOf(patched)['containers']).toEqual([
      {name: 'a', image: 'x', env: [{name: 'A', value: '1'}]},
      {name: 'b', image: 'z'},
      {name: 'c', image: 'q'},
    ]);
  });

  test('$patch: delete takes an item out', () => {
    const patched = strategicMerge(live, {spec: {containers: [{name: 'a', $patch: 'delete'}]}});
    expect(specOf(patched)['containers']).toEqual([{name: 'b', image: 'y'}]);
  });

  test('$patch: replace replaces a list, and a map', () => {
    const patched = strategicMerge(live, {
      spec: {containers: [{$patch: 'replace'}, {name: 'c', image: 'q'}], nodeSelector: {$patch: 'replace', x: 'y'}},
    });
    expect(specOf(patched)).toEqual({containers: [{name: 'c', image: 'q'}], nodeSelector: {x: 'y'}});
  });

  test('$setElementOrder orders what it names and leaves the rest where it was', () => {
    const patched = strategicMerge(live, {
      spec: {'$setElementOrder/containers': [{name: 'c'}, {name: 'a'}], containers: [{name: 'c', image: 'q'}]},
    });
    expect((specOf(patched)['containers'] as {name: string}[]).map(({name}) => name)).toEqual(['c', 'a', 'b']);
  });

  test('$deleteFromPrimitiveList takes values out, and others are added once', () => {
    const held = pod({}, {finalizers: ['a/b', 'c/d']});
    const patched = strategicMerge(held, {metadata: {'$deleteFromPrimitiveList/finalizers': ['a/b'], finalizers: ['c/d', 'e/f']}});
    expect(patched.metadata?.finalizers).toEqual(['c/d', 'e/f']);
  });

  test('$retainKeys clears the other fields of a union', () => {
    const live = {apiVersion: 'apps/v1', kind: 'Deployment', spec: {strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 1}}}};
    const patched = strategicMerge(live, {spec: {strategy: {$retainKeys: ['type'], type: 'Recreate'}}});
    expect(specOf(patched)).toEqual({strategy: {type: 'Recreate'}});
  });

  test('null deletes, atomic lists are replaced', () => {
    const live = pod({containers: [{name: 'a', args: ['1', '2']}], hostname: 'h'});
    const patched = strategicMerge(live, {spec: {hostname: null, containers: [{name: 'a', args: ['3']}]}});
    expect(specOf(patched)).toEqual({containers: [{name: 'a', args: ['3']}]});
  });

  test('an item without its merge key is refused', () => {
    expect(() => strategicMerge(live, {spec: {containers: [{image: 'x'}]}})).toThrow('does not contain declared merge key: name');
  });

  test('a kind without schema is refused as a media type', () => {
    expect(() => strategicMerge({apiVersion: 'example.com/v1', kind: 'Thing'}, {})).toThrow(expect.objectContaining({code: 415}));
  });

  test('neither argument changes', () => {
    const before = structuredClone(live);
    strategicMerge(live, {spec: {containers: [{name: 'a', image: 'new'}]}});
    expect(live).toEqual(before);
  });
});

describe('JSON merge patch', () => {
  test('follows RFC 7396', () => {
    expect(jsonMergePatch({a: 'b', c: {d: 1, e: 2}}, {a: null, c: {d: null, f: {g: null, h: 1}}})).toEqual({c: {e: 2, f: {h: 1}}});
  });

  test('a key named __proto__ stays a key', () => {
    const patched = jsonMergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}')) as {polluted?: boolean};
    expect(patched.polluted).toBeUndefined();
    expect(Object.keys(patched)).toEqual(['__proto__']);
    expect(({} as {polluted?: boolean}).polluted).toBeUndefined();
  });
});
