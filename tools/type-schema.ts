import {parseAst} from 'rolldown/parseAst';

/** JSON Schema, as far as the result types need it. */
export type Schema = {readonly [key: string]: unknown};

// biome-ignore lint/suspicious/noExplicitAny: a syntax tree, read by its node types
type Node = any;

interface Scope {
  readonly declarations: ReadonlyMap<string, Node>;
  readonly used: Set<string>;
}

/**
 * The schema of a type that is declared in these sources. Every property is required and no other is allowed: what `-o json` prints has
 * all its fields. Throws for a form of type that it does not know, so that no schema is looser than its type.
 */
export function schemaOfType(sources: readonly string[], name: string): Schema {
  const declarations = new Map(sources.flatMap(declarationsOf));
  const scope: Scope = {declarations, used: new Set()};
  const definitions: Record<string, Schema> = {};
  const root = declared(name, scope);
  for (const used of scope.used) definitions[used] = {}; // the set grows while its own members are resolved
  for (const used of scope.used) definitions[used] = declared(used, scope);
  const sorted = Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {$schema: 'https://json-schema.org/draft/2020-12/schema', title: name, ...root, $defs: sorted};
}

function declarationsOf(source: string): [string, Node][] {
  const program: Node = parseAst(source, {lang: 'ts'}, 'types.ts');
  return program.body
    .map((statement: Node) => statement.declaration ?? statement)
    .filter((node: Node) => node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration')
    .map((node: Node) => [node.id.name, node]);
}

function declared(name: string, scope: Scope): Schema {
  const node = scope.declarations.get(name);
  if (node === undefined) throw new Error(`type ${name} is not declared in src/model`);
  if (node.type === 'TSTypeAliasDeclaration') return schemaOf(node.typeAnnotation, scope);
  return objectSchema(membersOf(name, scope), scope);
}

function membersOf(name: string, scope: Scope): readonly Node[] {
  const node = scope.declarations.get(name);
  const inherited = (node?.extends ?? []).flatMap((parent: Node) => membersOf(parent.expression.name, scope));
  return [...inherited, ...(node?.body.body ?? [])];
}

function objectSchema(members: readonly Node[], scope: Scope): Schema {
  const properties = Object.fromEntries(
    members.map((member) => [member.key.name ?? member.key.value, schemaOf(member.typeAnnotation.typeAnnotation, scope)]),
  );
  const required = members.filter((member) => !member.optional).map((member) => member.key.name ?? member.key.value);
  return {type: 'object', properties, required, additionalProperties: false};
}

const KEYWORDS: Readonly<Record<string, Schema>> = {
  TSStringKeyword: {type: 'string'},
  TSNumberKeyword: {type: 'number'},
  TSBooleanKeyword: {type: 'boolean'},
  TSNullKeyword: {type: 'null'},
  TSUnknownKeyword: {},
};

function schemaOf(node: Node, scope: Scope): Schema {
  const keyword = KEYWORDS[node.type];
  if (keyword !== undefined) return keyword;
  switch (node.type) {
    case 'TSTypeOperator':
    case 'TSParenthesizedType':
      return schemaOf(node.typeAnnotation, scope);
    case 'TSArrayType':
      return {type: 'array', items: schemaOf(node.elementType, scope)};
    case 'TSLiteralType':
      return {const: node.literal.value};
    case 'TSUnionType':
      return unionSchema(node.types.map((type: Node) => schemaOf(type, scope)));
    case 'TSTypeLiteral':
      return objectSchema(node.members, scope);
    case 'TSIntersectionType':
      return objectSchema(
        node.types.flatMap((type: Node) => intersected(type, scope)),
        scope,
      );
    case 'TSTypeReference':
      return referenceSchema(node, scope);
    default:
      throw new Error(`a type of the form ${node.type} has no schema yet`);
  }
}

function unionSchema(schemas: readonly Schema[]): Schema {
  const constants = schemas.filter((schema) => 'const' in schema).map((schema) => schema['const']);
  const others = schemas.filter((schema) => !('const' in schema));
  const all = constants.length > 0 ? [{enum: constants}, ...others] : others;
  return all.length === 1 ? (all[0] as Schema) : {anyOf: all};
}

function intersected(node: Node, scope: Scope): readonly Node[] {
  if (node.type === 'TSTypeLiteral') return node.members;
  if (node.type === 'TSParenthesizedType') return intersected(node.typeAnnotation, scope);
  if (node.type === 'TSTypeReference') return membersOf(node.typeName.name, scope);
  throw new Error(`an intersection with ${node.type} has no schema yet`);
}

function referenceSchema(node: Node, scope: Scope): Schema {
  const name = node.typeName.name as string;
  const parameters: readonly Node[] = node.typeArguments?.params ?? [];
  if (name === 'Readonly') return schemaOf(parameters[0], scope);
  if (name === 'Record') return {type: 'object', additionalProperties: schemaOf(parameters[1], scope)};
  scope.used.add(name);
  return {$ref: `#/$defs/${name}`};
}
