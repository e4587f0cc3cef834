import type {Dice} from './dice.ts';
import {ACCEPTS, NAMES, OBJECTS, PARAMETERS, POINTERS, TEXTS, VALUES} from './malformed-data.ts';

/** One request whose HTTP is right and whose meaning is not. */
export interface MalformedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}

/** A request to the API with a broken body, broken parameters, or a path that leads astray. */
export function malformedRequest(dice: Dice): MalformedRequest {
  return dice.pick([
    badObject,
    badObject,
    badObject,
    badObject,
    badPatch,
    badPatch,
    badPatch,
    badPatch,
    badText,
    badQuery,
    badPath,
    badDelete,
  ])(dice);
}

const METHODS_WITH_BODY = ['POST', 'PUT'];

function badObject(dice: Dice): MalformedRequest {
  const [path, good] = dice.pick(OBJECTS);
  const method = dice.pick(METHODS_WITH_BODY);
  const body = JSON.stringify(mutate(dice, structuredClone(good), 1 + dice.int(4)));
  return {method, path: target(dice, method, path, good), headers: json(), body};
}

function target(dice: Dice, method: string, path: string, good: {metadata: {name: string}}): string {
  const query = dice.pick(['', '', '?fieldValidation=Strict', '?dryRun=All', '?fieldManager=x']);
  return `${path}${method === 'POST' ? '' : `/${good.metadata.name}${dice.pick(['', '', '', '/status', '/scale', '/finalize', '/ephemeralcontainers'])}`}${query}`;
}

function badPatch(dice: Dice): MalformedRequest {
  const [path, good] = dice.pick(OBJECTS);
  const type = dice.pick(['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml']);
  const body =
    type === 'json-patch+json'
      ? Array.from({length: 1 + dice.int(4)}, () => ({
          op: dice.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'explode', null]),
          path: dice.pick(POINTERS),
          from: dice.pick(POINTERS),
          value: odd(dice),
        }))
      : mutate(dice, dice.chance(0.5) ? structuredClone(good) : directives(dice), 1 + dice.int(3));
  const query = type === 'apply-patch+yaml' ? dice.pick(['', '?fieldManager=f', '?fieldManager=f&force=true', '?force=maybe']) : '';
  const suffix = dice.pick(['', '', '', '/status', '/scale']);
  return {
    method: 'PATCH',
    path: `${path}/${good.metadata.name}${suffix}${query}`,
    headers: {'content-type': `application/${type}`},
    body: JSON.stringify(body),
  };
}

function directives(dice: Dice): object {
  return {
    metadata: {labels: {$patch: dice.pick(['delete', 'replace', 'merge', 'x', 3])}, $retainKeys: odd(dice)},
    spec: {
      $patch: dice.pick(['delete', 'replace', 'explode']),
      ports: dice.pick([[{$patch: 'delete', port: 80}], [{$patch: 'replace'}], [{port: null}], {}, 'x', [[[]]]]),
      '$setElementOrder/ports': dice.pick([[{port: 80}], [{}], 'x', [80], null]),
      '$deleteFromPrimitiveList/finalizers': odd(dice),
    },
  };
}

function badText(dice: Dice): MalformedRequest {
  const [path] = dice.pick(OBJECTS);
  const [type, body] = dice.pick(TEXTS);
  return {
    method: dice.pick(METHODS_WITH_BODY),
    path,
    headers: {'content-type': type},
    body: typeof body === 'function' ? body(dice) : body,
  };
}

function badQuery(dice: Dice): MalformedRequest {
  const [path] = dice.pick(OBJECTS);
  const query = Array.from({length: 1 + dice.int(3)}, () => `${dice.pick(PARAMETERS)}=${encodeURIComponent(dice.pick(VALUES)(dice))}`).join(
    '&',
  );
  return {method: 'GET', path: `${path}?${query}&timeoutSeconds=1`, headers: {accept: dice.pick(ACCEPTS)}, body: null};
}

function badPath(dice: Dice): MalformedRequest {
  const name = dice.pick(NAMES);
  const path = dice.pick([
    `/api/v1/namespaces/${name}/configmaps`,
    `/api/v1/namespaces/default/configmaps/${name}`,
    `/api/v1/namespaces/${name}`,
    `/api/v1/namespaces/default/pods/${name}/log`,
    `/api/v1/namespaces/default/pods/${name}/proxy/${name}`,
    `/api/v1/namespaces/default/services/${name}/proxy/`,
    `/api/v1/nodes/${name}/proxy/configz`,
    `/apis/${name}/v1/x`,
    `/openapi/v3/${name}`,
    `/kiada/v1/nodes/${name}/stop`,
  ]);
  const method = dice.pick(['GET', 'DELETE', 'PUT', 'POST']);
  return {method, path, headers: json(), body: method === 'GET' ? null : JSON.stringify({metadata: {name: decode(name)}})};
}

function badDelete(dice: Dice): MalformedRequest {
  const [path, good] = dice.pick(OBJECTS);
  const options = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: odd(dice),
    gracePeriodSeconds: odd(dice),
    preconditions: odd(dice),
    dryRun: odd(dice),
    orphanDependents: odd(dice),
  };
  for (const key of Object.keys(options)) if (dice.chance(0.6)) delete (options as Record<string, unknown>)[key];
  return {
    method: 'DELETE',
    path: dice.chance(0.9) ? `${path}/${good.metadata.name}` : path,
    headers: json(),
    body: JSON.stringify(dice.chance(0.9) ? options : odd(dice)),
  };
}

/** Puts odd values at random places of an object. */
function mutate(dice: Dice, object: object, times: number): unknown {
  for (let i = 0; i < times; i++) {
    let place = object as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(place);
      const key = dice.chance(0.1) || keys.length === 0 ? dice.pick(ODD_KEYS) : dice.pick(keys);
      const value = Object.hasOwn(place, key) ? place[key] : undefined;
      if (typeof value === 'object' && value !== null && dice.chance(0.8)) {
        place = value as Record<string, unknown>;
        continue;
      }
      Object.defineProperty(place, key, {value: odd(dice), enumerable: true, configurable: true, writable: true});
      break;
    }
  }
  return object;
}

const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  'x'.repeat(300),
  'spec',
  'status',
  'metadata',
  '$patch',
  'kubectl.kubernetes.io/last-applied-configuration',
  '0',
  'finalizers',
  'ownerReferences',
  'managedFields',
  'labels',
  'generateName',
  'creationTimestamp',
];

function odd(dice: Dice): unknown {
  return dice.pick<() => unknown>([
    () => null,
    () => true,
    () => dice.pick([-1, 0, 1.5, 65536, 2 ** 31, 2 ** 53, 1e308, -0]),
    () => '',
    () => dice.word(),
    () => 'x'.repeat(dice.pick([64, 254, 5000])),
    () =>
      dice.pick([
        '../../etc/passwd',
        '/',
        '..',
        '.',
        '%2e',
        '\u0000',
        '\ud800',
        '\n',
        '<script>',
        '$(HOME)',
        '-',
        '0',
        '1e3',
        '::1',
        '999.999.999.999',
        '10.96.0.1',
        '0x7f000001',
        '10.96.0.0/16',
      ]),
    () => [],
    () => [null],
    () => [[]],
    () => ({}),
    () => ({'': null}),
    () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
    () => nest(dice.pick([10, 300, 3000])),
    () => [{name: dice.word()}, {name: null}, 7],
    () => Array.from({length: 2000}, () => dice.int(9)),
  ])();
}

function nest(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? {a: value} : [value];
  return value;
}

function json(): Record<string, string> {
  return {'content-type': 'application/json'};
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // that it cannot be decoded is the point of some of them
  }
}
