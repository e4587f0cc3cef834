import distilled from './kubernetes-1.37.json' with {type: 'json'};
import type {ResourceInfo} from './types.ts';

/** A field as distilled: its type alone, or with what is said about it. `[]T` is a list, `{}T` a map, a dotted name a struct. */
export type DistilledField = string | DistilledFieldOptions;

export interface DistilledFieldOptions {
  readonly type: string;
  readonly list?: 'set' | 'map';
  readonly keys?: readonly string[];
  readonly atomic?: boolean;
  /** Strategies separated by commas. */
  readonly patch?: string;
  readonly mergeKey?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
}

export interface DistilledType {
  /** Anything may stand here. */
  readonly any?: boolean;
  readonly required?: readonly string[];
  readonly atomic?: boolean;
  readonly fields?: Readonly<Record<string, DistilledField>>;
}

export interface DistilledDocument {
  /** `api/v1`, `apis/apps/v1`, … */
  readonly groupVersions: readonly string[];
  readonly resources: readonly ResourceInfo[];
  /** `apps/v1/Deployment` to the name of its type. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, DistilledType>>;
}

/** What tools/distill-openapi.ts made of a genuine API server's OpenAPI and discovery. */
export const distilledDocument = distilled as unknown as DistilledDocument;

/** The name of a type in OpenAPI: `core.v1.Pod` stands for `io.k8s.api.core.v1.Pod`. */
export function openApiName(type: string): string {
  if (type.startsWith('io.k8s.')) return type;
  return type.startsWith('meta.v1.') ? `io.k8s.apimachinery.pkg.apis.${type}` : `io.k8s.api.${type}`;
}
