import type {SliceChanges, SliceManifest} from '../../endpoints/index.ts';
import type {KubernetesObject} from '../../model/index.ts';
import type {Api} from '../api.ts';
import {isGoing, labelsOf} from './fields.ts';

export const SERVICE_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';

/** The slices of a Service that a controller made and that are to stay. */
export function slicesOf(api: Api, namespace: string, service: string, manager: string): readonly KubernetesObject[] {
  return api.list('endpointslices', namespace).filter((slice) => {
    const labels = labelsOf(slice);
    return labels[SERVICE_LABEL] === service && labels[MANAGED_BY_LABEL] === manager && !isGoing(slice);
  });
}

/** The Service, as key, that a slice of this manager belongs to. */
export function serviceOfSlice(slice: KubernetesObject, manager: string): Iterable<string> {
  const labels = labelsOf(slice);
  if (labels[MANAGED_BY_LABEL] !== manager || !labels[SERVICE_LABEL]) return [];
  return [`${slice.metadata?.namespace ?? ''}/${labels[SERVICE_LABEL]}`];
}

/** Writes what is to be written: new slices first, so that no endpoint is missing in between. */
export function writeSlices(api: Api, changes: SliceChanges, prepare: (slice: SliceManifest) => SliceManifest): void {
  for (const slice of changes.create) api.create('endpointslices', prepare(slice));
  for (const slice of changes.update) api.update('endpointslices', prepare(slice));
  for (const {metadata} of changes.delete) api.delete('endpointslices', metadata.namespace ?? '', metadata.name ?? '');
}

/** The slice with that annotation, or without it for null. */
export function withAnnotation(slice: SliceManifest, key: string, value: string | null): SliceManifest {
  const {[key]: _, ...others} = slice.metadata.annotations ?? {};
  return {...slice, metadata: {...slice.metadata, annotations: value === null ? others : {...others, [key]: value}}};
}
