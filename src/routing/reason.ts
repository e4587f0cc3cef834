import {type CandidateEndpoint, isReady, isServingTerminating} from './endpoint-set.ts';
import type {EndpointJudgement} from './judge-endpoints.ts';

/** Why the cluster set is what it is: `2 of 3 ready endpoints are hinted for zone zone-a; internalTrafficPolicy is Cluster`. */
export function clusterReason(judgement: EndpointJudgement, node: string, zone: string | null, policy: string): string {
  const chosen = judgement.clusterEndpoints ?? [];
  const ready = readyOf(judgement).length;
  if (ready === 0)
    return `no endpoint is ready; ${count(chosen.length, 'terminating one')} still ${chosen.length === 1 ? 'serves' : 'serve'}; ${policy}`;
  if (judgement.topology === 'none') return `${count(ready, 'ready endpoint')}; ${policy}`;
  const target = judgement.topology === 'node' ? `node ${node}` : `zone ${zone}`;
  return `${chosen.length} of ${count(ready, 'ready endpoint')} ${chosen.length === 1 ? 'is' : 'are'} hinted for ${target}; ${policy}`;
}

/** Why the local set is what it is: `2 of 3 ready endpoints are on node sandbox-1; externalTrafficPolicy is Local`. */
export function localReason(judgement: EndpointJudgement, node: string, policy: string): string {
  const chosen = judgement.localEndpoints ?? [];
  const ready = readyOf(judgement).length;
  const [first] = chosen;
  if (first === undefined) {
    const elsewhere = ready > 0 ? `${ready} ready elsewhere` : `${servingOf(judgement).length} terminating elsewhere still serving`;
    return `no usable endpoint is on node ${node}, ${elsewhere}; ${policy}`;
  }
  if (isReady(first))
    return `${chosen.length} of ${count(ready, 'ready endpoint')} ${chosen.length === 1 ? 'is' : 'are'} on node ${node}; ${policy}`;
  return `no ready endpoint is on node ${node}; ${count(chosen.length, 'terminating one')} there still ${chosen.length === 1 ? 'serves' : 'serve'}; ${policy}`;
}

/** Why a connection is refused: nothing usable exists on any node. */
export function rejectReason(endpoints: readonly CandidateEndpoint[]): string {
  if (endpoints.length === 0) return 'the Service has no endpoint for this port';
  return endpoints.length === 1 ? 'its only endpoint is not ready' : `none of ${endpoints.length} endpoints is ready`;
}

/** `1 endpoint`, `2 endpoints`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function readyOf(judgement: EndpointJudgement): readonly CandidateEndpoint[] {
  return judgement.verdicts.map((verdict) => verdict.endpoint).filter(isReady);
}

function servingOf(judgement: EndpointJudgement): readonly CandidateEndpoint[] {
  return judgement.verdicts.map((verdict) => verdict.endpoint).filter(isServingTerminating);
}
