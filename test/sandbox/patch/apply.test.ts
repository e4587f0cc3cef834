import {describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {ApiError} from '../../../src/sandbox/api.ts';
import {applyServerSide, trackUpdate} from '../../../src/sandbox/api-server/patch/index.ts';

const now = '2026-01-01T00:00:00Z';
const config = (data: Record<string, string>, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {name: 'x', ...metadata},
  data,
});
const apply = (live: KubernetesObject | null, applied: KubernetesObject, manager: string, force = false) =>
  applyServerSide(live, applied, {manager, force, now, subresource: ''});
const update = (object: KubernetesObject, old: KubernetesObject | null, manager: string, subresource = '') =>
  trackUpdate(object, old, {manager, now, subresource});

function owned(object: KubernetesObject): Record<string, unknown> {
  const entries = object.metadata?.['managedFields'] as {manager: string; operation: string; fieldsV1: unknown}[];
  return Object.fromEntries(entries.map(({manager, operation, fieldsV1}) => [`${manager} ${operation}`, fieldsV1]));
}

function conflictOf(run: () => unknown): ApiError {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('there was no conflict');
}

describe('ordinary writes', () => {
  test('own what they send and what they change', () => {
    const created = update(config({a: '1', b: '2'}), null, 'alice');
    expect(owned(created)).toEqual({'alice Update': {'f:data': {'.': {}, 'f:a': {}, 'f:b': {}}}});
    const changed = update(config({a: '1', b: '3'}), created, 'bob');
    expect(owned(changed)).toEqual({
      'alice Update': {'f:data': {'.': {}, 'f:a': {}}},
      'bob Update': {'f:data': {'f:b': {}}},
    });
  });

  test('a removed field belongs to nobody', () => {
    const created = update(config({a: '1', b: '2'}), null, 'alice');
    expect(owned(update(config({a: '1'}), created, 'bob'))).toEqual({'alice Update': {'f:data': {'.': {}, 'f:a': {}}}});
  });

  test('of the status are kept apart', () => {
    const node = {apiVersion: 'v1', kind: 'Node', metadata: {name: 'n'}, spec: {}, status: {phase: 'Running'}};
    const written = update(node, {...node, status: {}}, 'kubelet', 'status');
    expect(written.metadata?.['managedFields']).toMatchObject([{subresource: 'status', fieldsV1: {'f:status': {'f:phase': {}}}}]);
  });

  test('list items are known by their keys, with the default protocol', () => {
    const service = {apiVersion: 'v1', kind: 'Service', metadata: {name: 's'}, spec: {ports: [{port: 80}]}};
    expect(owned(update(service, null, 'k'))).toEqual({
      'k Update': {'f:spec': {'f:ports': {'.': {}, 'k:{"port":80,"protocol":"TCP"}': {'.': {}, 'f:port': {}}}}},
    });
  });
});

describe('server-side apply', () => {
  test('owns the leaves that it was given', () => {
    const {object, changed} = apply(null, config({a: '1'}, {labels: {l: 'v'}}), 'bob');
    expect(changed).toBe(true);
    expect(owned(object)).toEqual({'bob Apply': {'f:data': {'f:a': {}}, 'f:metadata': {'f:labels': {'f:l': {}}}}});
  });

  test('applying the same again changes nothing', () => {
    const {object} = apply(null, config({a: '1'}), 'bob');
    expect(apply(object, config({a: '1'}), 'bob').changed).toBe(false);
  });

  test('one conflict is told with manager, version and path', () => {
    const live = update(config({a: '1', b: '2'}), null, 'kubectl');
    const error = conflictOf(() => apply(live, config({a: '3'}), 'bob'));
    expect(error.code).toBe(409);
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "kubectl" using v1: .data.a');
    expect(error.details?.causes).toEqual([
      {reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using v1', field: '.data.a'},
    ]);
  });

  test('several are listed by manager', () => {
    const live = update(config({a: '1', b: '2'}), null, 'kubectl');
    const error = conflictOf(() => apply(live, config({b: '4', a: '3'}), 'bob'));
    expect(error.message).toBe('Apply failed with 2 conflicts: conflicts with "kubectl" using v1:\n- .data.a\n- .data.b');
  });

  test('the same value is no conflict: then both own it', () => {
    const live = update(config({a: '1'}), null, 'kubectl');
    expect(owned(apply(live, config({a: '1'}), 'bob').object)).toEqual({
      'bob Apply': {'f:data': {'f:a': {}}},
      'kubectl Update': {'f:data': {'.': {}, 'f:a': {}}},
    });
  });

  test('force takes the field over', () => {
    const live = update(config({a: '1', b: '2'}), null, 'kubectl');
    const {object} = apply(live, config({a: '3'}), 'bob', true);
    expect(object['data']).toEqual({a: '3', b: '2'});
    expect(owned(object)).toEqual({'bob Apply': {'f:data': {'f:a': {}}}, 'kubectl Update': {'f:data': {'.': {}, 'f:b': {}}}});
  });

  test('a field applied no more goes, unless somebody else owns it', () => {
    const first = apply(null, config({a: '1', b: '2'}), 'bob').object;
    const shared = apply(first, config({b: '2'}), 'carol').object;
    expect(apply(shared, config({}), 'bob').object['data']).toEqual({b: '2'});
  });

  test('a whole struct goes with the defaults in it', () => {
    const pod = (probe: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: 'p'},
      spec: {containers: [{name: 'a', image: 'x', ...probe}]},
    });
    const {object} = apply(null, pod({livenessProbe: {httpGet: {port: 80}}}), 'bob');
    const defaulted = structuredClone(object) as ReturnType<typeof pod> & KubernetesObject;
    Object.assign(defaulted.spec.containers[0] as object, {livenessProbe: {httpGet: {port: 80, path: '/'}, periodSeconds: 10}});
    expect(apply(defaulted, pod({}), 'bob').object['spec']).toEqual({containers: [{name: 'a', image: 'x'}]});
  });

  test('an object from before field tracking belongs to before-first-apply', () => {
    const error = conflictOf(() => apply(config({a: '1'}), config({a: '2'}), 'bob'));
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a');
  });

  test('a configuration with managedFields is refused', () => {
    expect(conflictOf(() => apply(null, config({}, {managedFields: []}), 'bob')).code).toBe(400);
  });
});
