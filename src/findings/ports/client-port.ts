import type {Pod, Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {grouped, lazilyOf} from '../lazily.ts';
import {podVariables} from '../pod-variables.ts';
import type {Rule} from '../rule.ts';
import {lines, names, portName} from '../words.ts';

interface Target {
  readonly pod: Pod;
  readonly variable: string;
  readonly host: string;
  readonly port: number;
  readonly text: string;
}

export const clientPort: Rule = {
  code: 'KIA0313',
  name: 'ClientUsesOtherPort',
  severity: 'warning',
  certainty: 'possible',
  summary: 'A variable of some pod names the Service with a port that it does not have.',
  why: "Clients connect to the Service's own port. The target port is the pods', the node port the nodes'; at the Service's address both are closed.",
  remedy: "Use the Service's port in the client's configuration.",
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    if (service.type === 'ExternalName' || service.headless || service.ports.length === 0) return;
    const wrong = clientsOf(facts, service).filter(({port}) => !service.ports.some((own) => own.port === port));
    const [first] = wrong;
    if (first === undefined) return;
    const meant = service.ports.find((port) => port.targetPort === first.port || port.nodePort === first.port);
    const what =
      meant === undefined ? 'which it does not have' : `which is its ${meant.targetPort === first.port ? 'targetPort' : 'nodePort'}`;
    yield {
      message: `pods are told to call it at port ${first.port}, ${what}; it has ${names(service.ports.map(portName))}`,
      evidence: lines(wrong.map(({pod, variable, text}) => `pod ${pod.name}: ${variable}=${text}`)),
      field: 'spec.ports',
      remedy: `use port ${(meant ?? service.ports[0])?.port} in ${first.variable}`,
    };
  },
};

/** Variables of pods that name this Service with a port: `quote:8080`, `http://quote.kiada.svc:8080/x`. */
function clientsOf(facts: Facts, {name, namespace}: Service): readonly Target[] {
  const full = `${name}.${namespace}`;
  const short = (targets(facts).get(name) ?? []).filter(({pod}) => pod.namespace === namespace);
  const domain = facts.view.options.clusterDomain.replace(/\.$/, '');
  return [...short, ...[full, `${full}.svc`, `${full}.svc.${domain}`].flatMap((host) => targets(facts).get(host) ?? [])];
}

/** What pods are told to call, by host. */
const targets = lazilyOf((facts: Facts) => grouped([...facts.view.pods.values()].flatMap(targetsOf), (target) => target.host));

const HOST_AND_PORT = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?([a-z0-9]([a-z0-9.-]*[a-z0-9])?):(\d{1,5})(?:[/?].*)?$/;

function targetsOf(pod: Pod): readonly Target[] {
  return podVariables(pod).flatMap(({name, value}) => {
    const match = HOST_AND_PORT.exec(value);
    return match?.[1] === undefined ? [] : [{pod, variable: name, host: match[1], port: Number(match[3]), text: value}];
  });
}
