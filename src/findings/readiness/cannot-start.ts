import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const cannotStart = unreadyRule({
  code: 'KIA0206',
  name: 'ContainersCannotStart',
  cause: 'cannot-start',
  summary: 'Containers of selected pods cannot be created or started.',
  why: 'What the container refers to is missing (a ConfigMap, a Secret, a key of one), or its command does not exist in the image, or the runtime refuses it.',
  remedy: 'Create what is missing, or correct the reference or the command.',
  does: 'cannot start their containers',
  doesOne: 'cannot start its container',
  fix: (_, service, [first]) => `see what is missing: ${kubectl(service.namespace, 'describe', 'pod', first?.pod.name ?? '')}`,
});
