import {buildEndpointSlices, type HintEvent, SLICE_CONTROLLER, TRIGGER_TIME, topologyAnnotationEnabled} from '../../endpoints/index.ts';
import type {KubernetesObject} from '../../model/index.ts';
import type {Api} from '../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from './controller.ts';
import {createEventRecorder, type RecordEvent} from './event-recorder.ts';
import {selectedPods, servicesOfPod} from './services-of.ts';
import {serviceOfSlice, slicesOf, withAnnotation, writeSlices} from './slice-writes.ts';
import {createTriggerTimes} from './trigger-times.ts';

/** How soon a Service is looked at again whose pod names a node that is not there. */
const RETRY_MS = 1000;

/** Keeps the EndpointSlices of Services with a selector: the endpointslice-controller of kube-controller-manager. */
export function startEndpointSliceController(api: Api, options: ControllerOptions): Controller {
  const times = createTriggerTimes();
  const hints = createHintReporter(createEventRecorder(api, options.clock, 'endpoint-slice-controller'));

  function sync(key: string): number | undefined {
    const {namespace, name} = splitKey(key);
    const service = api.get('services', namespace, name);
    if (service === null) {
      times.forget(key);
      hints.forget(key);
      return undefined; // garbage collection takes its slices
    }
    const pods = selectedPods(api, service);
    if (pods === null) return undefined;
    const trigger = times.next(key, service, pods);
    const existing = slicesOf(api, namespace, name, SLICE_CONTROLLER);
    const result = buildEndpointSlices({service, pods, nodes: api.list('nodes'), existing});
    writeSlices(api, result.changes, (slice) => withAnnotation(slice, TRIGGER_TIME, trigger));
    hints.report(key, service, result.events);
    return result.retry ? RETRY_MS : undefined;
  }

  return runController(api, options, {
    name: 'endpointslice-controller',
    watches: {
      services: own,
      pods: (change) => servicesOfPod(api, change),
      endpointslices: ({object}) => serviceOfSlice(object, SLICE_CONTROLLER),
      nodes: () => servicesWithHints(api),
    },
    initial: () => api.list('services').map(keyOf),
    sync,
  });
}

/** Nodes count for the topology annotation alone: for all else a pod's node is there before the pod has an address. */
function servicesWithHints(api: Api): Iterable<string> {
  return api
    .list('services')
    .filter((service) => topologyAnnotationEnabled(service.metadata?.annotations ?? {}))
    .map(keyOf);
}

/** Tells about hints on the Service when they go on or off, and why, not at every look. */
function createHintReporter(record: RecordEvent) {
  const told = new Map<string, string>();
  return {
    report: (key: string, service: KubernetesObject, events: readonly HintEvent[]) => {
      const text = events.map(({message}) => message).join('\n');
      const enabled = topologyAnnotationEnabled(service.metadata?.annotations ?? {});
      if (!enabled) told.delete(key);
      if (text === '' || told.get(key) === text) return;
      told.set(key, text);
      for (const {type, reason, message} of events) record(service, type, reason, message);
    },
    forget: (key: string) => told.delete(key),
  };
}
