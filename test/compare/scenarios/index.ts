import type {Scenario} from '../runner/types.ts';
import {deployments} from './deployments.ts';
import {endpoints, manualEndpoints} from './endpoints.ts';
import {jobs} from './jobs.ts';
import {namespaces} from './namespaces.ts';
import {objects} from './objects.ts';
import {probes} from './probes.ts';
import {serviceErrors} from './service-errors.ts';
import {services} from './services.ts';
import {states} from './states.ts';
import {tools} from './tools.ts';

/** All scenarios; each runs in a namespace of its own, at the same time as the others. The longest start first. */
export const SCENARIOS: readonly Scenario[] = [
  states,
  deployments,
  tools,
  probes,
  endpoints,
  objects,
  services,
  serviceErrors,
  manualEndpoints,
  namespaces,
  jobs,
];
