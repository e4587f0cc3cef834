import {imageOf} from '../base.ts';
import {agnhost} from './program.ts';

/** The Kubernetes project's test server, of which `netexec`, `pause` and `serve-hostname` are here. */
export const agnhostImage = imageOf({
  names: ['registry.k8s.io/e2e-test-images/agnhost', 'agnhost/agnhost'],
  summary: "the Kubernetes tests' server: netexec (hostname, clientip, echo, healthz, …), serve-hostname, pause",
  entrypoint: ['/agnhost'],
  cmd: ['pause'],
  programs: {agnhost},
});
