// Distils the Go types of the Kubernetes API into the field numbers that its protobuf encoding uses, for the sandbox's decoder.
//   node tools/distill-protobuf.ts OUT.json API_FOLDER APIMACHINERY_FOLDER       the modules k8s.io/api and k8s.io/apimachinery
import {existsSync, globSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/** A field: its JSON name (empty where it is inlined) and its type: `[]T`, `{}T`, `?T` for a pointer. */
type Field = readonly [name: string, type: string];

interface GoField {
  readonly goType: string;
  readonly json: string;
  readonly number: number;
}

interface GoPackage {
  readonly name: string;
  readonly imports: ReadonlyMap<string, string>;
  readonly structs: Map<string, GoField[]>;
  readonly named: Map<string, string>;
}

const [out, api, machinery] = process.argv.slice(2);
if (out === undefined || api === undefined || machinery === undefined)
  throw new Error('usage: distill-protobuf.ts OUT.json API APIMACHINERY');

/** Types that are written in a way of their own. */
const SPECIAL: Readonly<Record<string, string>> = {
  'meta.v1.Time': 'time',
  'meta.v1.MicroTime': 'micro-time',
  'meta.v1.Duration': 'duration',
  'meta.v1.FieldsV1': 'raw',
  'runtime.RawExtension': 'raw',
  'resource.Quantity': 'quantity',
  'intstr.IntOrString': 'int-or-string',
  'types.UID': 'string',
  'types.NodeName': 'string',
};

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int',
  int64: 'int',
  uint8: 'int',
  float64: 'double',
  '[]byte': 'bytes',
};

const folders = new Map<string, string>();
// stable versions of what an API server stores or answers
for (const file of globSync('*/v+([0-9])/types.go', {cwd: api}).filter((each) => !/^(admission|apidiscovery|imagepolicy)\//.test(each)))
  folders.set(`k8s.io/api/${path.dirname(file)}`, path.join(api, path.dirname(file)));
folders.set('k8s.io/apimachinery/pkg/apis/meta/v1', path.join(machinery, 'pkg/apis/meta/v1'));

const packages = new Map([...folders].map(([importPath, folder]) => [importPath, readPackage(importPath, folder)]));
writeFileSync(out, format(distil()));

function readPackage(importPath: string, folder: string): GoPackage {
  const text = ['types.go', 'group_version.go']
    .map((file) => path.join(folder, file))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
    .replaceAll(/^\s*\/\/.*$/gm, '');
  const name = importPath.split('/').slice(-2).join('.');
  const imports = new Map(
    [...text.matchAll(/^\s*(\w+)?\s*"(k8s\.io\/[^"]+)"$/gm)].map(([, alias, target = '']) => [alias ?? path.basename(target), target]),
  );
  const structs = new Map(
    [...text.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)].map(([, type = '', body = '']) => [type, readFields(body)]),
  );
  const named = new Map(
    [...text.matchAll(/^type (\w+) (?!struct|interface)(\S.*)$/gm)].map(([, type = '', target = '']) => [type, target.trim()]),
  );
  return {name, imports, structs, named};
}

function readFields(body: string): GoField[] {
  return [...body.matchAll(/^\s*(?:(\w+)\s+)?(\S+)\s+`([^`]*)`/gm)].flatMap(([, , goType = '', tags = '']) => {
    const number = /protobuf:"\w+,(\d+),/.exec(tags)?.[1];
    const json = /json:"([^",]*)(?:,inline)?/.exec(tags)?.[1] ?? '';
    return number === undefined ? [] : [{goType, json, number: Number(number)}];
  });
}

/** Fields whose types live elsewhere (alpha packages) are left out: the decoder passes over what it does not know. */
function distil(): Map<string, Map<number, Field>> {
  const messages = new Map<string, Map<number, Field>>();
  for (const pkg of packages.values()) {
    for (const [type, fields] of pkg.structs) {
      messages.set(
        `${pkg.name}.${type}`,
        new Map(
          fields
            .map(({number, json, goType}) => [number, [json, typeOf(goType, pkg)] as const] as const)
            .filter(([, [, target]]) => !target.endsWith('unknown')),
        ),
      );
    }
  }
  return messages;
}

function typeOf(goType: string, pkg: GoPackage): string {
  const scalar = SCALARS[goType];
  if (scalar !== undefined) return scalar;
  if (goType.startsWith('*')) return `?${typeOf(goType.slice(1), pkg)}`;
  if (goType.startsWith('[]')) return `[]${typeOf(goType.slice(2), pkg)}`;
  if (goType.startsWith('map[')) return `{}${typeOf(goType.slice(goType.indexOf(']') + 1), pkg)}`;
  if (!goType.includes('.')) return ownType(goType, pkg);
  const [alias = '', type = ''] = goType.split('.');
  const target = pkg.imports.get(alias) ?? '';
  const other = packages.get(target);
  if (other !== undefined) return ownType(type, other);
  return SPECIAL[`${path.basename(target)}.${type}`] ?? 'unknown';
}

function ownType(type: string, pkg: GoPackage): string {
  const full = `${pkg.name}.${type}`;
  if (SPECIAL[full] !== undefined) return SPECIAL[full];
  if (pkg.structs.has(type)) return full;
  const target = pkg.named.get(type);
  if (target === undefined) return 'unknown';
  // a named list is a message of its own whose field 1 holds the items
  return target.startsWith('[]') && target !== '[]byte' ? `*${typeOf(target, pkg)}` : typeOf(target, pkg);
}

/** One message a line, so that a change of version reads as a diff. */
function format(messages: Map<string, Map<number, Field>>): string {
  const lines = [...messages]
    .filter(([, fields]) => fields.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, fields]) => `${JSON.stringify(name)}:${JSON.stringify(Object.fromEntries([...fields].sort(([a], [b]) => a - b)))}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
