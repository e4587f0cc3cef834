import {externalNameAddress} from './names/external-name-address.ts';
import {loadBalancerPending} from './paths/load-balancer-pending.ts';
import {namedPortMissing} from './ports/named-port-missing.ts';
import {crash} from './readiness/crash.ts';
import {image} from './readiness/image.ts';
import {readinessProbe} from './readiness/readiness-probe.ts';
import {unready} from './readiness/unready.ts';
import {unschedulable} from './readiness/unschedulable.ts';
import type {Rule} from './rule.ts';
import {matchesNoPod} from './selector/matches-no-pod.ts';

/** Every finding that there is, by code. */
export const RULES: readonly Rule[] = [
  matchesNoPod,
  unready,
  crash,
  readinessProbe,
  image,
  unschedulable,
  namedPortMissing,
  loadBalancerPending,
  externalNameAddress,
];
