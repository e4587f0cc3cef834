import type {KubernetesObject} from '../../../model/index.ts';

export interface FieldProblems {
  /** Paths of fields that the kind does not have: `spec.containers[0].foo`. Drop them where validation is not strict. */
  readonly unknown: readonly string[];
  /** The first value of the wrong type in the API server's words (`json: cannot unmarshal …`), or null: always 400. */
  readonly typeError: string | null;
  /** The object without its unknown fields (the very same object where there are none). */
  readonly known: KubernetesObject;
}

/** Compares an object with its kind's schema. Kinds without schema have no problems. */
export function checkFields(_object: KubernetesObject): FieldProblems {
  throw new Error('field checks are not there yet');
}

/** Paths of keys that stand twice in one object of a JSON text. The text must be valid JSON. */
export function findDuplicateFields(_json: string): string[] {
  throw new Error('field checks are not there yet');
}

/** `strict decoding error: unknown field "spec.foo", duplicate field "metadata.name"`. */
export function strictDecodingError(_unknown: readonly string[], _duplicate: readonly string[]): string {
  throw new Error('field checks are not there yet');
}
