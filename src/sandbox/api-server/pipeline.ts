import {randomInt} from 'node:crypto';
import type {KubernetesObject} from '../../model/index.ts';
import {type AdmissionRequest, type Admitted, type AllocatorOptions, admit, createAllocators} from './admission/index.ts';
import type {Store} from './store/index.ts';

/** The seam between storing and what decides about an object's content. */
export interface Pipeline {
  /** Defaults, allocates and validates. Throws ApiError. */
  admit(request: AdmissionRequest): Admitted;
  /** Told of each committed write before anybody else: `before` null on create, `after` null on delete. */
  track(before: KubernetesObject | null, after: KubernetesObject | null): void;
}

/** Characters without vowels and look-alikes, so that a generated name spells nothing. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters for generated names. */
export function randomSuffix(): string {
  return Array.from({length: 5}, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]).join('');
}

/** The pipeline of a cluster: admission with the allocators of that store's Services. */
export function createPipeline(store: Store, options: Partial<AllocatorOptions> = {}): Pipeline {
  const allocators = createAllocators({random: Math.random, ...options});
  const context = {
    allocators,
    lookup: (resource: string, namespace: string, name: string) => store.get(resource, namespace, name) ?? null,
    randomSuffix,
  };
  return {
    admit: (request) => admit(request, context),
    track: (before, after) => allocators.track(before, after),
  };
}
