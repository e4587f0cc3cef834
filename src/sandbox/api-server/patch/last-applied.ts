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

function parse(text: string): JsonRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    // An annotation is free text: what is no JSON was not written by kubectl and says nothing.
    return null;
  }
}
