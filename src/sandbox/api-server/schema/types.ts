/** A built-in resource as discovery tells it. */
export interface ResourceInfo {
  /** The empty string for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly SubresourceInfo[];
}

export interface SubresourceInfo {
  /** `status`, `scale`, `log`, … */
  readonly name: string;
  /** What it takes and gives: group, version and kind may differ from the resource's own (`autoscaling/v1 Scale`). */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

export type ScalarType =
  | 'string'
  | 'byte'
  | 'int32'
  | 'int64'
  | 'number'
  | 'boolean'
  | 'date-time'
  | 'micro-time'
  | 'int-or-string'
  | 'quantity'
  | 'object'
  | 'any';

/** One node of a schema with its references resolved on demand. */
export type Schema =
  | {readonly kind: 'scalar'; readonly type: ScalarType}
  | {readonly kind: 'list'; readonly items: FieldSchema}
  | {readonly kind: 'map'; readonly values: FieldSchema}
  | {readonly kind: 'struct'; readonly type: StructSchema};

/** A named type of the API. */
export interface StructSchema {
  /** As in OpenAPI: `io.k8s.api.core.v1.PodSpec`. */
  readonly name: string;
  readonly required: readonly string[];
  readonly fieldNames: readonly string[];
  /** Null where there is no such field. Own fields only: `__proto__` is none. */
  field(name: string): FieldSchema | null;
  /** `x-kubernetes-map-type: atomic`. */
  readonly atomic: boolean;
}

/** What is said of a value at the place where it stands. */
export interface FieldSchema {
  readonly schema: Schema;
  readonly enum: readonly string[] | null;
  /** A default of the API's own declaration, or undefined: `protocol: TCP`. An empty object: a struct that is always there. */
  readonly default: unknown;
  /** Strategic merge: `x-kubernetes-patch-strategy`. */
  readonly patchStrategy: readonly ('merge' | 'replace' | 'retainKeys')[];
  /** Strategic merge: `x-kubernetes-patch-merge-key`. */
  readonly patchMergeKey: string | null;
  /** Server-side apply: `x-kubernetes-list-type`; a list without one is atomic. */
  readonly listType: 'atomic' | 'set' | 'map';
  readonly listMapKeys: readonly string[];
  /** Server-side apply: `x-kubernetes-map-type: atomic` at this place. */
  readonly atomic: boolean;
}
