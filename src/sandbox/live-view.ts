import type {ClusterView} from '../model/index.ts';
import {updateView, viewOf} from '../view/index.ts';
import type {Api} from './api.ts';

const VIEWED = ['services', 'endpointslices', 'pods', 'nodes', 'namespaces'];

/** The view of the sandbox's own objects, as current as the store: updated within each write. */
export function liveView(api: Api, serviceCIDRs: readonly string[]): {view: () => ClusterView; close(): void} {
  const viewed = new Set(VIEWED);
  let view = viewOf(
    VIEWED.flatMap((resource) => api.list(resource)),
    {serviceCIDRs},
  );
  const close = api.watch((change) => {
    if (viewed.has(change.resource)) view = updateView(view, change);
  });
  return {view: () => view, close};
}
