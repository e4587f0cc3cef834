import path from 'node:path';
import {parseAst} from 'rolldown/parseAst';

/** What a room of src/ may import: other rooms, `node:` modules, packages (`*` for any). */
export interface RoomRule {
  readonly rooms: readonly string[];
  readonly node: boolean;
  readonly packages: readonly string[];
}

const CORE: RoomRule = {rooms: ['model', 'ip', 'errors', 'view'], node: false, packages: []};
const ENGINE: RoomRule = {rooms: ['model', 'ip', 'errors'], node: true, packages: ['undici', 'dns-packet', 'ws']};
const EVERY_ROOM = ['*'];

/** One row per room of ARCHITECTURE.md's table; a room without a row is an error. */
export const ROOM_RULES: Readonly<Record<string, RoomRule>> = {
  model: {rooms: [], node: false, packages: []},
  errors: {rooms: [], node: false, packages: []},
  ip: {rooms: ['model', 'errors'], node: false, packages: ['ipaddr.js']},
  view: {rooms: ['model', 'ip', 'errors'], node: false, packages: []},
  endpoints: CORE,
  routing: CORE,
  dns: CORE,
  findings: {rooms: ['model', 'ip', 'errors', 'view', 'endpoints', 'routing', 'dns'], node: false, packages: []},
  inspect: {rooms: ['model', 'ip', 'errors', 'view', 'endpoints', 'routing', 'dns', 'findings'], node: false, packages: []},
  probe: ENGINE,
  load: ENGINE,
  vantage: ENGINE,
  kube: {rooms: ['model', 'ip', 'errors'], node: true, packages: ['@kubernetes/client-node', 'yaml', 'undici', 'ws']},
  agent: {rooms: ['model', 'ip', 'errors', 'dns', 'load', 'vantage', 'probe'], node: true, packages: []},
  program: {rooms: ['model', 'errors'], node: true, packages: []},
  'mongo-wire': {rooms: ['model', 'errors', 'program'], node: true, packages: ['bson']},
  sandbox: {
    rooms: ['model', 'ip', 'errors', 'view', 'endpoints', 'routing', 'dns', 'probe', 'program', 'mongo-wire'],
    node: true,
    packages: ['@peculiar/x509', 'reflect-metadata', 'ws', 'dns-packet', 'just-bash', 'rfc6902', 'yaml', 'bson', 'undici', 'ipaddr.js'],
  },
  suite: {rooms: ['model', 'program', 'mongo-wire'], node: true, packages: ['bson']},
  render: {rooms: ['model', 'ip', 'dns'], node: false, packages: ['chalk', 'cli-table3', 'string-width']},
  flows: {
    rooms: [
      'model',
      'ip',
      'errors',
      'view',
      'endpoints',
      'routing',
      'dns',
      'findings',
      'inspect',
      'probe',
      'load',
      'vantage',
      'kube',
      'suite',
      'sandbox',
      'agent',
    ],
    node: true,
    packages: ['yaml', 'ws'],
  },
  cli: {rooms: EVERY_ROOM, node: true, packages: ['*']},
  commands: {rooms: EVERY_ROOM, node: true, packages: ['*']},
};

/** `node:util` holds pure text functions that render needs; it is no I/O. */
const PURE_NODE = new Set(['node:util', 'node:assert']);

export interface Import {
  readonly specifier: string;
  /** `import type`: gone after compilation. */
  readonly typeOnly: boolean;
}

/** The imports and re-exports of a module, dynamic ones included. */
export function importsOf(source: string): readonly Import[] {
  // biome-ignore lint/suspicious/noExplicitAny: a syntax tree
  const program: any = parseAst(source, {lang: 'ts'}, 'module.ts');
  const found: Import[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: a syntax tree
  const visit = (node: any): void => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const child of node) visit(child);
      return;
    }
    const specifier = node.source?.value;
    if (/^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type ?? '') && typeof specifier === 'string') {
      found.push({specifier, typeOnly: node.importKind === 'type' || node.exportKind === 'type'});
    }
    if (node.type === 'ImportExpression' && typeof specifier === 'string') found.push({specifier, typeOnly: false});
    for (const [key, child] of Object.entries(node)) if (key !== 'parent') visit(child);
  };
  visit(program.body);
  return found;
}

/** Why a module (path below src/, with slashes) may not import what it imports; one sentence each. */
export function violationsOf(file: string, source: string): readonly string[] {
  const room = roomOf(file);
  const rule = ROOM_RULES[room];
  if (rule === undefined) return [`${file}: there is no rule for the room ${room}`];
  return importsOf(source).flatMap((entry) => {
    const why = whyNot(file, room, rule, entry);
    return why === null ? [] : [`${file}: ${why}`];
  });
}

function whyNot(file: string, room: string, rule: RoomRule, {specifier, typeOnly}: Import): string | null {
  if (specifier.startsWith('.')) {
    const target = roomOf(path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)));
    if (target === room || rule.rooms.includes('*') || rule.rooms.includes(target))
      return target === 'commands' && room !== 'commands' ? 'nothing may import commands' : null;
    return `${room} may not import ${target} (${specifier})`;
  }
  if (specifier.startsWith('node:')) {
    return rule.node || typeOnly || PURE_NODE.has(specifier) ? null : `${room} may not import ${specifier}`;
  }
  const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] as string);
  return rule.packages.includes('*') || rule.packages.includes(name) ? null : `${room} may not import the package ${name}`;
}

/** `src/routing/route.ts` is in the room `routing`; a file of src/ itself is a room of its own. */
function roomOf(file: string): string {
  const [first = ''] = file.split('/');
  return first.replace(/\.ts$/, '');
}
