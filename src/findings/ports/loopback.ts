import type {Pod, Service} from '../../model/index.ts';
import {list, record, texts} from '../../view/index.ts';
import {isTried} from '../observed.ts';
import {variablesOf} from '../pod-variables.ts';
import type {Rule} from '../rule.ts';
import {lines, names} from '../words.ts';
import {portPods, resolvedPort} from './resolve.ts';

/** `--bind 127.0.0.1:8080`, `--listen-address=localhost:8080`, `HTTP_ADDR=127.0.0.1:8080`. */
const LISTENS = /(?:bind|listen|addr|host)[\w.-]*[= ]?(?:https?:\/\/)?(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)\b/i;

export const loopback: Rule = {
  code: 'KIA0310',
  name: 'ListensOnLoopback',
  severity: 'warning',
  certainty: 'possible',
  summary: "A container's command or variables tell it to listen on the pod's loopback only.",
  why: 'What listens on 127.0.0.1 is reached from within the pod and by kubectl port-forward, but not through the Service: connections are refused.',
  remedy: 'Let it listen on 0.0.0.0, or [::] for both families.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    if (service.ports.some((port) => isTried(facts, service, port))) return;
    const found = portPods(facts, service).flatMap((pod) => loopbackListeners(service, pod));
    if (found.length === 0) return;
    yield {
      message: `port ${names([...new Set(found.map((entry) => entry.port))].map(String))} may be open on the pods' loopback only`,
      evidence: lines([...new Set(found.map((entry) => entry.line))]),
      remedy: 'let the program listen on 0.0.0.0 (or [::]) in place of the loopback address',
    };
  },
};

function loopbackListeners(service: Service, pod: Pod): readonly {readonly port: number; readonly line: string}[] {
  const targets = new Set(service.ports.map((port) => resolvedPort(pod, port)));
  return list(record(pod.object['spec'])['containers']).flatMap((container) => {
    const words = [...texts(container['command']), ...texts(container['args'])].join(' ');
    const variables = variablesOf(container).map(({name, value}) => `${name}=${value}`);
    return [words, ...variables].flatMap((line) => {
      const match = LISTENS.exec(line);
      const port = Number(match?.[1]);
      return match !== null && targets.has(port) ? [{port, line: `container ${String(container['name'])}: ${match[0]}`}] : [];
    });
  });
}
