import {kubectl} from '../words.ts';
import {stoppedContainer} from './crash.ts';
import {unreadyRule} from './unready-rule.ts';

export const init = unreadyRule({
  code: 'KIA0210',
  name: 'InitContainersBlock',
  cause: 'init',
  summary: 'Selected pods wait for an init container that does not come to its end.',
  why: 'Containers start only after each init container has succeeded. One that fails or waits for something keeps the pod from serving.',
  remedy: "Read the init container's log.",
  does: 'wait for an init container',
  doesOne: 'waits for an init container',
  fix: (_, service, [first]) => `read its log: ${kubectl(service.namespace, 'logs', first?.pod.name ?? '', '-c', stoppedOrRunning(first))}`,
});

function stoppedOrRunning(first: Parameters<typeof stoppedContainer>[0]): string {
  const running = first?.pod.containers.find((container) => container.init && !container.sidecar);
  return stoppedContainer(first) || (running?.name ?? '');
}
