import type {Pod} from '../model/index.ts';
import {type Json, list, record, text} from '../view/index.ts';

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The variables that a pod's manifest writes out, of all its containers. */
export function podVariables(pod: Pod): readonly Variable[] {
  return list(record(pod.object['spec'])['containers']).flatMap(variablesOf);
}

/** Those of one container. */
export function variablesOf(container: Json): readonly Variable[] {
  return list(container['env']).map((variable) => ({name: text(variable['name']) ?? '', value: text(variable['value']) ?? ''}));
}
