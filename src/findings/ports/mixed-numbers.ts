import type {Rule} from '../rule.ts';
import {names, portName} from '../words.ts';
import {portField, portPods, resolvedPort} from './resolve.ts';

export const mixedNumbers: Rule = {
  code: 'KIA0304',
  name: 'NamedTargetPortDiffers',
  severity: 'info',
  certainty: 'proven',
  summary: 'A named target port is a different number in different pods.',
  why: 'That is what names are for, and Services handle it. A headless Service does not: its clients get addresses without ports and must know the number of each pod (SRV records tell it).',
  remedy: 'Nothing, unless clients dial the pods themselves.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    for (const port of service.ports) {
      if (typeof port.targetPort !== 'string') continue;
      const numbers = new Map<number, string[]>();
      for (const pod of portPods(facts, service)) {
        const number = resolvedPort(pod, port);
        if (number !== null) numbers.set(number, [...(numbers.get(number) ?? []), pod.name]);
      }
      if (numbers.size < 2) continue;
      yield {
        message: `port ${portName(port)} leads to ${numbers.size} numbers: ${names([...numbers.keys()].map(String))}`,
        evidence: [...numbers].map(([number, pods]) => `${port.targetPort} is ${number} in ${names(pods)}`),
        field: `${portField(service, port)}.targetPort`,
        remedy: 'nothing is wrong, unless clients connect to the pods without the Service',
      };
    }
  },
};
