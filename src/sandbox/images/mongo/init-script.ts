import type {Document} from 'bson';
import {parse} from 'yaml';

/** What an init script asks for. */
export interface InitInsert {
  readonly database: string;
  readonly collection: string;
  readonly documents: readonly Document[];
}

const CALL = /db(?:\.getSiblingDB\(\s*["'](\w+)["']\s*\))?\.(\w+)\.(?:insertMany|insertOne|insert)\(/g;

/**
 * Reads a script that does nothing but insert literals: `db.getSiblingDB("kiada").questions.insertMany([…]);`, any number of times.
 * The script is never run: what is not of that form is refused with a sentence.
 */
export function readInitScript(text: string, defaultDatabase: string): readonly InitInsert[] | string {
  const script = withoutComments(text);
  const inserts: InitInsert[] = [];
  let at = 0;
  for (const call of script.matchAll(CALL)) {
    if (call.index < at) continue;
    if (script.slice(at, call.index).replaceAll(';', '').trim() !== '') return refusal(script.slice(at, call.index));
    const start = call.index + call[0].length;
    const end = closing(script, start);
    if (end === null) return 'a call is not closed';
    const documents = parseLiteral(script.slice(start, end));
    if (typeof documents === 'string') return documents;
    inserts.push({database: call[1] ?? defaultDatabase, collection: call[2] ?? '', documents});
    at = end + 1;
  }
  return script.slice(at).replaceAll(';', '').trim() === '' ? inserts : refusal(script.slice(at));
}

function refusal(rest: string): string {
  return `the sandbox runs no JavaScript, it only reads insertMany with literals; it cannot read: ${rest.trim().slice(0, 60)}`;
}

/** The literal of a call: JSON, or what JavaScript allows beyond it (single quotes, bare keys, a comma at the end), which YAML's flow style takes in. */
function parseLiteral(text: string): readonly Document[] | string {
  try {
    const value: unknown = parse(text, {maxAliasCount: 0});
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.every((each): each is Document => typeof each === 'object' && each !== null) ? list : 'only objects can be inserted';
  } catch (error) {
    return `not a literal: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** The end of the call's argument list; text in quotes does not count. */
function closing(script: string, start: number): number | null {
  let depth = 0;
  let quote = '';
  for (let at = start; at < script.length; at++) {
    const character = script[at] ?? '';
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return null;
}

function withoutComments(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_whole, quoted?: string) => quoted ?? '');
}
