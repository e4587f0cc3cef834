import type {ResourceInfo} from '../../schema/index.ts';
import {serviceRules} from '../service/rules.ts';
import type {KindRules} from '../types.ts';
import {endpointSliceRules} from './endpoint-slice.ts';
import {endpointsRules} from './endpoints.ts';

/** What is special about the kind of a resource. */
export function kindRules({group, kind}: ResourceInfo): KindRules {
  return RULES.get(group === '' ? kind : `${group}/${kind}`) ?? {};
}

const RULES = new Map<string, KindRules>([
  ['Service', serviceRules as KindRules],
  ['Endpoints', endpointsRules as KindRules],
  ['discovery.k8s.io/EndpointSlice', endpointSliceRules as KindRules],
]);
