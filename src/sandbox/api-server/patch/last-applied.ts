import type {KubernetesObject} from '../../../model/index.ts';
import type {StructSchema} from '../schema/index.ts';
import {compareFields, fieldsOf} from './compare-fields.ts';
import {FieldSet} from './field-set.ts';
import {isRecord, type JsonRecord} from './record.ts';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What client-side apply wrote and nobody changed since: server-side apply by kubectl takes it over without a conflict, so that people can
 * go over from the one to the other. Empty where there is no such annotation, or none that can be read.
 */
export function lastAppliedFields(live: KubernetesObject, schema: StructSchema): FieldSet {
  const config = parse(live.metadata?.annotations?.[ANNOTATION] ?? '');
  if (config === null || config['apiVersion'] !== live.apiVersion) return new FieldSet();
  const {added, modified, removed} = compareFields(config, live as JsonRecord, schema);
  return fieldsOf(config, schema).minus(added).minus(modified).minus(removed);
}

/**
 * Keeps the annotation of client-side apply true where server-side apply by kubectl meets one, so that people can also go back.
 * Upstream: apimachinery, managedfields/internal/lastappliedupdater.go. The same object where nothing is to change.
 */
export function withLastApplied(object: KubernetesObject, applied: KubernetesObject): KubernetesObject {
  const before = object.metadata?.annotations?.[ANNOTATION];
  if (before === undefined) return object;
  const {[ANNOTATION]: _, ...annotations} = applied.metadata?.annotations ?? {};
  const {annotations: __, managedFields: ___, ...metadata} = applied.metadata ?? {};
  const kept = {...applied, metadata: {...metadata, ...(Object.keys(annotations).length === 0 ? {} : {annotations})}};
  const text = `${JSON.stringify(sorted(kept))}\n`;
  if (text === before) return object;
  return {...object, metadata: {...object.metadata, annotations: {...object.metadata?.annotations, [ANNOTATION]: text}}};
}

/** With the keys in the order that Go writes a map's. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}

function parse(text: string): JsonRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    // An annotation is free text: what is no JSON was not written by kubectl and says nothing.
    return null;
  }
}
