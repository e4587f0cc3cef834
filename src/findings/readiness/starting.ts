import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const starting = unreadyRule({
  code: 'KIA0212',
  name: 'PodsStarting',
  cause: 'starting',
  summary: 'Selected pods have a node, but their containers do not run yet.',
  why: 'The kubelet is still at work: it sets up the network, attaches volumes, pulls images. If it stays so, a volume or the network plugin is at fault, and the Events say which.',
  remedy: "Wait; if nothing changes, read the pod's Events.",
  does: 'are being started',
  doesOne: 'is being started',
  fix: (_, service, [first]) => `see what it waits for: ${kubectl(service.namespace, 'describe', 'pod', first?.pod.name ?? '')}`,
});
