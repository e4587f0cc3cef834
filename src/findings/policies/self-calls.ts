import {connectionsTo, triedLine} from '../observed.ts';
import type {Rule} from '../rule.ts';
import {portName} from '../words.ts';

export const selfCalls: Rule = {
  code: 'KIA0515',
  name: 'SelfCallsFail',
  severity: 'warning',
  certainty: 'possible',
  observes: true,
  summary: 'A pod of the Service cannot always reach the Service, while others can.',
  why: 'A connection that comes back to the pod that it started from needs hairpin mode on the bridge of its node, and the address translated on the way. Without it those connections hang: one in as many as there are endpoints.',
  remedy: 'Set the hairpin mode of the network plugin or of the kubelet on that node.',
  needs: [],
  live: true,
  *check(facts, service) {
    const own = new Set(facts.endpoints(service).flatMap(({pod}) => (pod === null ? [] : [`pod/${pod}`])));
    for (const port of service.ports) {
      const calls = connectionsTo(facts, service, port, 'clusterip');
      const others = calls.filter(({from}) => !own.has(from));
      const failing = calls.find(({from, failures}) => own.has(from) && failures > 0);
      if (failing === undefined || others.length === 0 || others.some(({failures}) => failures > 0)) continue;
      yield {
        message: `port ${portName(port)}: ${failing.failures} of ${failing.attempts} connections fail from ${failing.from}, one of its own pods, and none from ${others[0]?.from}`,
        evidence: [triedLine(failing), ...others.map(triedLine)],
        remedy: `see that the network plugin of the node of ${failing.from} sets hairpin mode`,
      };
    }
  },
};
