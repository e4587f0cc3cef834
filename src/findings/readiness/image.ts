import {kubectl, names} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const image = unreadyRule({
  code: 'KIA0204',
  name: 'ImageNotPulled',
  cause: 'image',
  summary: 'Selected pods cannot start, as an image of theirs cannot be had.',
  why: 'The name or tag of the image is wrong, its registry does not answer, or it asks for credentials that the pod does not have.',
  remedy: 'Correct the image, or give the pod an imagePullSecret.',
  does: 'cannot get their image',
  doesOne: 'cannot get its image',
  fix: (_, service, pods) => {
    const images = [...new Set(pods.flatMap(({pod}) => pod.containers.map((container) => container.image)))];
    const pod = pods[0]?.pod.name ?? '';
    return `check ${names(images)}: ${kubectl(service.namespace, 'describe', 'pod', pod)}`;
  },
});
