import {list, record} from '../../view/index.ts';
import {kubectl} from '../words.ts';
import type {UnreadyPod} from './classify.ts';
import {unreadyRule} from './unready-rule.ts';

export const crash = unreadyRule({
  code: 'KIA0202',
  name: 'ContainersCrash',
  cause: 'crash',
  summary: 'Containers of selected pods end and are started again.',
  why: 'The Service is wired as it should be, but what it leads to does not stay up: its containers exit, and the kubelet waits longer each time before it starts them again.',
  remedy: "Read the log of the container's last run.",
  does: 'are down: their containers exit',
  doesOne: 'is down: its container exits',
  fix: (_, service, [first]) =>
    `read its last words: ${kubectl(service.namespace, 'logs', first?.pod.name ?? '', '-c', stoppedContainer(first), '--previous')}`,
});

/** The container that does not run. */
export function stoppedContainer(unready: UnreadyPod | undefined): string {
  const status = record(unready?.pod.object['status']);
  const all = [...list(status['initContainerStatuses']), ...list(status['containerStatuses'])];
  const stopped = all.find((entry) => entry['ready'] !== true && record(entry['state'])['running'] === undefined);
  return String(stopped?.['name'] ?? unready?.pod.containers[0]?.name ?? '');
}
