import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const startupProbe = unreadyRule({
  code: 'KIA0208',
  name: 'StartupProbeFails',
  cause: 'startup-probe',
  summary: 'Selected pods run, but their startup probe has not succeeded.',
  why: 'Until the startup probe succeeds once, no readiness probe is tried and the pod is not ready; when it fails too often, the container is started anew.',
  remedy: 'Give the application more time (failureThreshold x periodSeconds), or correct what the probe asks.',
  does: 'have not passed their startup probe',
  doesOne: 'has not passed its startup probe',
  fix: (_, service, [first]) => `see the probe's answers: ${kubectl(service.namespace, 'describe', 'pod', first?.pod.name ?? '')}`,
});
