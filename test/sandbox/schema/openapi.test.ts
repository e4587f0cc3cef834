import {describe, expect, test} from 'vitest';
import {
  findResource,
  openApiV2,
  openApiV3,
  openApiV3Paths,
  resourceOfKind,
  resources,
  schemaOf,
} from '../../../src/sandbox/api-server/schema/index.ts';

/** Every `$ref` that is written somewhere in a document. */
function references(document: unknown): string[] {
  return [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target as string);
}

describe('discovery', () => {
  test('knows resources by plural and by kind', () => {
    const pods = findResource('', 'v1', 'pods');
    expect(pods).toMatchObject({kind: 'Pod', singular: 'pod', shortNames: ['po'], categories: ['all'], namespaced: true});
    expect(pods?.subresources.map(({name}) => name)).toEqual(expect.arrayContaining(['status', 'log', 'exec', 'eviction', 'binding']));
    expect(resourceOfKind('apps/v1', 'Deployment')?.plural).toBe('deployments');
    expect(resourceOfKind('v1', 'toString')).toBeNull();
  });

  test('each kind that can be created has a schema', () => {
    const missing = resources().filter(({group, version, kind, verbs}) => {
      return verbs.includes('create') && schemaOf(group === '' ? version : `${group}/${version}`, kind) === null;
    });
    expect(missing).toEqual([]);
  });
});

describe('schemas', () => {
  test('tell merge keys, list types and defaults', () => {
    const spec = schemaOf('v1', 'Service')?.field('spec')?.schema;
    const ports = spec?.kind === 'struct' ? spec.type.field('ports') : null;
    expect(ports).toMatchObject({patchMergeKey: 'port', patchStrategy: ['merge'], listType: 'map', listMapKeys: ['port', 'protocol']});
  });

  test('have no field that every object inherits', () => {
    expect(schemaOf('v1', 'Pod')?.field('constructor')).toBeNull();
    expect(schemaOf('v1', '__proto__')).toBeNull();
  });
});

describe('OpenAPI', () => {
  for (const path of openApiV3Paths()) {
    test(`${path} refers to nothing that it does not hold`, () => {
      const document = openApiV3(path) as {components: {schemas: Record<string, unknown>}};
      const dangling = references(document).filter(
        (target) => !Object.hasOwn(document.components.schemas, target.replace('#/components/schemas/', '')),
      );
      expect(dangling).toEqual([]);
    });
  }

  test('version 2 refers to nothing that it does not hold', () => {
    const document = openApiV2() as {definitions: Record<string, unknown>};
    const dangling = references(document).filter((target) => !Object.hasOwn(document.definitions, target.replace('#/definitions/', '')));
    expect(dangling).toEqual([]);
  });

  test('says that a patch of a Deployment takes fieldValidation and dryRun, as kubectl looks for', () => {
    const document = openApiV3('apis/apps/v1') as {paths: Record<string, Record<string, {parameters: {name: string}[]}>>};
    const patch = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.['patch'];
    expect(patch?.parameters.map(({name}) => name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
    expect(patch).toHaveProperty(['x-kubernetes-group-version-kind'], {group: 'apps', version: 'v1', kind: 'Deployment'});
  });

  test('there is none for a group version that is not built in', () => {
    expect(openApiV3('apis/example.com/v1')).toBeNull();
  });
});
