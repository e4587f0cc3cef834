import {buildEndpoints} from '../../endpoints/index.ts';
import type {Api} from '../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from './controller.ts';
import {selectedPods, servicesOfPod} from './services-of.ts';
import {createTriggerTimes} from './trigger-times.ts';

const LEADER = 'control-plane.alpha.kubernetes.io/leader';

/** Keeps the Endpoints objects (the old kind) of Services with a selector: the endpoint-controller of kube-controller-manager. */
export function startEndpointsController(api: Api, options: ControllerOptions): Controller {
  const times = createTriggerTimes();

  function sync(key: string): undefined {
    const {namespace, name} = splitKey(key);
    const service = api.get('services', namespace, name);
    if (service === null) {
      times.forget(key);
      api.delete('endpoints', namespace, name);
      return;
    }
    const pods = selectedPods(api, service);
    if (pods === null) return;
    const triggerTime = times.next(key, service, pods);
    const current = api.get('endpoints', namespace, name);
    const {operation, endpoints} = buildEndpoints({service, pods, current, triggerTime});
    if (operation === 'create') api.create('endpoints', endpoints);
    if (operation === 'update') api.update('endpoints', endpoints);
  }

  return runController(api, options, {
    name: 'endpoint-controller',
    watches: {
      services: own,
      pods: (change) => servicesOfPod(api, change),
      endpoints: (change) => (change.type === 'DELETED' ? own(change) : []),
    },
    // Endpoints whose Service went while nobody looked go too, but for those that are a record of leadership
    initial: () => [
      ...api.list('services').map(keyOf),
      ...api
        .list('endpoints')
        .filter((endpoints) => endpoints.metadata?.annotations?.[LEADER] === undefined)
        .map(keyOf),
    ],
    sync,
  });
}
