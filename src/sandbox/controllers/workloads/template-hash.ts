import {isDeepStrictEqual} from 'node:util';
import type {KubernetesObject} from '../../../model/index.ts';
import {type Json, recordOf, specOf} from '../fields.ts';

export const TEMPLATE_HASH = 'pod-template-hash';
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for a pod template: the same for the same content, whatever the order of its fields. Not the hash that Go would make. */
export function templateHash(template: unknown, collisions: number): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${canonical(template)}${collisions === 0 ? '' : collisions}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return [...String(hash)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** Whether a replica set is made of a deployment's present template; the hash label does not count. */
export function hasTemplate(set: KubernetesObject, template: Json): boolean {
  return isDeepStrictEqual(bare(recordOf(specOf(set)['template'])), bare(template));
}

function bare(template: Json): object {
  const metadata = recordOf(template['metadata']);
  const {[TEMPLATE_HASH]: _, ...labels} = recordOf(metadata['labels']);
  const {creationTimestamp: __, ...rest} = metadata;
  return {...template, metadata: {...rest, labels}};
}
