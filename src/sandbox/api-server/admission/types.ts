import type {KubernetesObject} from '../../../model/index.ts';
import type {ResourceInfo} from '../schema/index.ts';
import type {ServiceAllocators} from './allocators.ts';
import type {FieldError} from './rules/field-error.ts';

export type AdmissionOperation = 'create' | 'update' | 'delete';

/** One write on its way to the store, after decoding and patching, with `metadata.name`, `namespace`, `uid` and `creationTimestamp` filled in. */
export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  readonly resource: ResourceInfo;
  /** The empty string for the object itself. */
  readonly subresource: string;
  /** The types of its fields have been checked (`checkFields`). On delete: what is stored. */
  readonly object: KubernetesObject;
  /** What is stored now; null on create. */
  readonly old: KubernetesObject | null;
  /** Nothing of this will be stored. */
  readonly dryRun?: boolean | undefined;
}

/** What admission may know of the world around the object: everything comes in here, nothing is read elsewhere. */
export interface AdmissionContext {
  readonly allocators: ServiceAllocators;
  /** Whether this write is one that will not be stored: cluster IPs in use are not noticed then. */
  readonly dryRun?: boolean;
  /** A stored object by the plural of its resource, or null. */
  lookup(resource: string, namespace: string, name: string): KubernetesObject | null;
  /** All stored objects of a resource that lives in no namespace. Where it is not given there is no default StorageClass or PriorityClass. */
  readonly list?: (resource: string) => readonly KubernetesObject[];
  /** Five random characters for volume names (`kube-api-access-x7k2p`). */
  randomSuffix(): string;
}

/** The object as it is to be stored. Whoever stores a Service calls `allocators.track(old, stored)` then. */
export interface Admitted {
  readonly object: KubernetesObject;
  /** Texts for `Warning` headers. */
  readonly warnings: readonly string[];
}

/** What is special about one kind. Functions without result change the object that they are given: a copy, open to editing. */
export interface KindRules<Kind extends KubernetesObject = KubernetesObject> {
  /** Complaints about a name; default: an RFC 1123 subdomain. */
  readonly name?: (value: string) => string[];
  /** `metadata.generation` counts changes: of the spec, or of all but the metadata. */
  readonly generation?: 'spec' | 'all';
  /** What a new object's status is; without it `{}` where the kind has a status. `keep` takes what the creator says. */
  readonly initialStatus?: ((object: Kind) => Record<string, unknown>) | 'keep';
  /** What the API version itself fills in. */
  readonly defaults?: (object: Kind) => void;
  /** Admission plug-ins, after defaults and before all else. */
  readonly mutate?: (object: Kind, old: Kind | null, context: AdmissionContext) => void;
  /** Before validation: what belongs together is brought in line, values are allocated. May throw ApiError. */
  readonly prepare?: (object: Kind, old: Kind | null, context: AdmissionContext) => void;
  /** After `prepare`, on updates. */
  readonly prepareUpdate?: (object: Kind, old: Kind) => void;
  /** Everything but metadata, for new and changed objects alike. */
  readonly validate?: (object: Kind, old: Kind | null) => FieldError[];
  /** What may not change; these come before those of `validate`. */
  readonly validateChange?: (object: Kind, old: Kind) => FieldError[];
  /** What may not change, where upstream looks at it last. */
  readonly validateAfter?: (object: Kind, old: Kind) => FieldError[];
  /** An update of the status. */
  readonly validateStatus?: (object: Kind, old: Kind) => FieldError[];
  readonly warnings?: (object: Kind, old: Kind | null) => string[];
}
