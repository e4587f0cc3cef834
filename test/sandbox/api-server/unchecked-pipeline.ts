import type {KubernetesObject} from '../../../src/model/index.ts';
import type {Pipeline} from '../../../src/sandbox/api-server/pipeline.ts';

/** Stores objects as they come, with the few fields that the registry itself relies on. For tests of what lies below admission. */
export function uncheckedPipeline(): Pipeline {
  return {
    admit: ({operation, resource, object}) => ({object: operation === 'create' ? prepared(resource.plural, object) : object, warnings: []}),
    track: () => undefined,
  };
}

function prepared(resource: string, object: KubernetesObject): KubernetesObject {
  if (resource === 'pods') return {...object, status: {phase: 'Pending', qosClass: 'BestEffort'}};
  if (resource !== 'namespaces') return object;
  const labels = {...object.metadata?.labels, 'kubernetes.io/metadata.name': object.metadata?.name ?? ''};
  return {...object, metadata: {...object.metadata, labels}, spec: {finalizers: ['kubernetes']}, status: {phase: 'Active'}};
}
