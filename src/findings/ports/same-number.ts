import type {Service} from '../../model/index.ts';
import {list, number, record, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl, names} from '../words.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export const portLost: Rule = {
  code: 'KIA0306',
  name: 'PortLostByApply',
  severity: 'error',
  certainty: 'proven',
  summary: 'A port that was applied is missing: another of the same number has taken its place.',
  why: 'kubectl apply merges ports by their number alone, so that TCP and UDP of one number overwrite each other in an update.',
  remedy: 'Apply on the server side, or replace the Service.',
  needs: [],
  live: true,
  *check(_, service) {
    const lost = lostPorts(service);
    if (lost.length === 0) return;
    yield {
      message: `${names(lost)} ${lost.length === 1 ? 'was' : 'were'} applied but ${lost.length === 1 ? 'is' : 'are'} not there`,
      evidence: [
        `annotation ${LAST_APPLIED} has ${names(lost)}`,
        `spec.ports has ${names(service.ports.map((port) => `${port.port}/${port.protocol}`))}`,
      ],
      field: 'spec.ports',
      remedy: `apply the manifest once more on the server: ${kubectl(service.namespace, 'apply', '--server-side', '--force-conflicts', '-f', 'FILE')}`,
    };
  },
};

export const sameNumber: Rule = {
  code: 'KIA0307',
  name: 'PortNumberTwice',
  severity: 'info',
  certainty: 'proven',
  advice: true,
  summary: 'Two ports have one number with different protocols.',
  why: 'That is allowed and usual for DNS, but kubectl apply without --server-side merges ports by number alone and may drop one of them in an update.',
  remedy: 'Apply such a manifest with --server-side.',
  needs: [],
  live: false,
  *check(facts, service) {
    const numbers = service.ports.map((port) => port.port).filter((port, index, all) => all.indexOf(port) !== index);
    if (numbers.length === 0 || !isAppliedByClient(facts, service)) return;
    yield {
      message: `port ${names([...new Set(numbers)].map(String))} is there with two protocols; kubectl apply may drop one`,
      field: 'spec.ports',
      remedy: kubectl(service.namespace, 'apply', '--server-side', '-f', 'FILE'),
    };
  },
};

function isAppliedByClient(facts: Facts, service: Service): boolean {
  return !facts.live || service.annotations[LAST_APPLIED] !== undefined;
}

function lostPorts(service: Service): readonly string[] {
  const applied = list(record(record(parsed(service.annotations[LAST_APPLIED]))['spec'])['ports']);
  const has = new Set(service.ports.map((port) => `${port.port}/${port.protocol}`));
  const twice = applied.map((port) => number(port['port']) ?? 0).filter((port, index, all) => all.indexOf(port) !== index);
  return applied
    .filter((port) => twice.includes(number(port['port']) ?? 0))
    .map((port) => `${number(port['port']) ?? 0}/${text(port['protocol']) ?? 'TCP'}`)
    .filter((port) => !has.has(port));
}

/** The annotation is text that anybody may have changed: what cannot be read says nothing. */
function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? 'null');
  } catch {
    return null; // an annotation that is no JSON is not kubectl's
  }
}
