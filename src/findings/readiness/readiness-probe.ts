import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const readinessProbe = unreadyRule({
  code: 'KIA0203',
  name: 'ReadinessProbeFails',
  cause: 'readiness-probe',
  summary: 'Selected pods run, but their readiness probe fails.',
  why: 'A pod whose readiness probe fails stays in the EndpointSlices as not ready, and kube-proxy sends it nothing.',
  remedy: 'See what the probe asks and what the container answers; mend the application, or the path, port or time limit of the probe.',
  does: 'run but fail their readiness probe',
  doesOne: 'runs but fails its readiness probe',
  fix: (_, service, [first]) => `see the probe's answers: ${kubectl(service.namespace, 'describe', 'pod', first?.pod.name ?? '')}`,
});
