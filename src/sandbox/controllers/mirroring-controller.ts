import {MIRRORING_CONTROLLER, mirrorEndpoints, shouldMirror} from '../../endpoints/index.ts';
import type {KubernetesObject} from '../../model/index.ts';
import type {Api} from '../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from './controller.ts';
import {createEventRecorder} from './event-recorder.ts';
import {selectorOf} from './fields.ts';
import {serviceOfSlice, slicesOf, writeSlices} from './slice-writes.ts';

const LIMIT = 1000;

/**
 * Mirrors Endpoints made by hand, of Services without selector, to EndpointSlices, which is all that is read: the
 * endpointslicemirroring-controller of kube-controller-manager.
 */
export function startMirroringController(api: Api, options: ControllerOptions): Controller {
  const record = createEventRecorder(api, options.clock, 'endpointslicemirroring-controller');

  function sync(key: string): undefined {
    const {namespace, name} = splitKey(key);
    const existing = slicesOf(api, namespace, name, MIRRORING_CONTROLLER);
    const endpoints = mirrored(api, namespace, name);
    if (endpoints === null) {
      writeSlices(api, {create: [], update: [], delete: mirrorEndpoints({endpoints: {}, existing}).changes.delete}, (slice) => slice);
      return;
    }
    const result = mirrorEndpoints({endpoints, existing, maxEndpointsPerSubset: LIMIT});
    writeSlices(api, result.changes, (slice) => slice);
    const {invalidAddresses: invalid, skippedAddresses: skipped} = result;
    if (invalid > 0)
      record(endpoints, 'Warning', 'InvalidIPAddress', `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`);
    const message = `A max of ${LIMIT} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`;
    if (skipped > invalid) record(endpoints, 'Warning', 'TooManyAddressesToMirror', message);
  }

  return runController(api, options, {
    name: 'endpointslicemirroring-controller',
    watches: {services: own, endpoints: own, endpointslices: ({object}) => serviceOfSlice(object, MIRRORING_CONTROLLER)},
    initial: () => [
      ...api.list('endpoints').map(keyOf),
      ...api.list('endpointslices').flatMap((slice) => [...serviceOfSlice(slice, MIRRORING_CONTROLLER)]),
    ],
    sync,
  });
}

/** The Endpoints object to mirror; null where it, its Service or the wish is missing. */
function mirrored(api: Api, namespace: string, name: string): KubernetesObject | null {
  const endpoints = api.get('endpoints', namespace, name);
  const service = api.get('services', namespace, name);
  if (endpoints === null || service === null || !shouldMirror(endpoints)) return null;
  return Object.keys(selectorOf(service)).length > 0 ? null : endpoints;
}
