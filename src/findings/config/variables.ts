import type {Pod, Service} from '../../model/index.ts';
import {list, number, record, text, texts} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import {grouped, lazilyOf} from '../lazily.ts';
import type {Rule} from '../rule.ts';
import {kubectl, lines, names} from '../words.ts';

/** `quote-api` as it begins the names of its variables: `QUOTE_API`. */
function prefixOf(service: Service): string {
  return service.name.toUpperCase().replaceAll('-', '_');
}

function hasVariables(service: Service): boolean {
  return service.clusterIPs.length > 0 && service.type !== 'ExternalName';
}

function isLinked(pod: Pod): boolean {
  return record(pod.object['spec'])['enableServiceLinks'] !== false;
}

export const variableClash: Rule = {
  code: 'KIA0907',
  name: 'ServiceVariableClash',
  severity: 'warning',
  certainty: 'possible',
  summary: 'A pod crashes over a variable that the Service gives it, and takes for a setting of its own.',
  why: 'Each Service gives the pods of its namespace variables such as NAME_PORT=tcp://10.96.0.7:80. A program of that name which reads NAME_PORT as a number stops with an error.',
  remedy: 'Set enableServiceLinks: false in the pod template, or rename the Service.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    if (!hasVariables(service)) return;
    const crashing = (crashingPods(facts).get(service.namespace) ?? []).filter((pod) => isLinked(pod) && namesVariable(pod, service));
    const [first] = crashing;
    if (first === undefined) return;
    yield {
      message: `${names(crashing.map((pod) => `pod ${pod.name}`))} ${crashing.length === 1 ? 'crashes' : 'crash'} and may take ${prefixOf(service)}_PORT=tcp://${service.clusterIPs[0]}:${service.ports[0]?.port ?? ''} for its own setting`,
      evidence: lines(
        crashing.flatMap((pod) => lastWords(pod).map((words) => `pod ${pod.name} ended with: ${words.trim().split('\n').at(-1) ?? ''}`)),
      ),
      remedy: `set enableServiceLinks: false in the pod template; see: ${kubectl(service.namespace, 'logs', first.name, '--previous')}`,
    };
  },
};

/** The words name this Service's variable or its value. */
function namesVariable(pod: Pod, service: Service): boolean {
  const value = `tcp://${service.clusterIPs[0] ?? ''}:`;
  return lastWords(pod).some((message) => message.includes(`${prefixOf(service)}_PORT`) || message.includes(value));
}

const crashingPods = lazilyOf((facts: Facts) => grouped([...facts.view.pods.values()].filter(crashes), (pod) => pod.namespace));

/** What a container says at its end is known where it writes a termination message, or falls back to its log. */
function crashes(pod: Pod): boolean {
  return lastWords(pod).some((message) => /_PORT\b|tcp:\/\//.test(message));
}

function lastWords(pod: Pod): readonly string[] {
  return list(record(pod.object['status'])['containerStatuses']).flatMap((status) => {
    const ends = [record(record(status['state'])['terminated']), record(record(status['lastState'])['terminated'])];
    return ends.filter((end) => number(end['exitCode']) !== 0).flatMap((end) => text(end['message']) ?? []);
  });
}

export const variablesMissing: Rule = {
  code: 'KIA0908',
  name: 'ServiceVariableMissing',
  severity: 'warning',
  certainty: 'proven',
  summary: 'A container refers to a variable of the Service that it does not have.',
  why: 'The variables are made when a container starts, from the Services of its namespace that exist at that time and have a cluster IP. A reference such as $(DB_SERVICE_HOST) to one that is not there stays as it is.',
  remedy: 'Restart the pod, or use the DNS name.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    const without = (references(facts).get(`${service.namespace}/${prefixOf(service)}`) ?? []).flatMap(({pod, variable}) => {
      const why = whyMissing(service, pod);
      return why === null ? [] : [{pod, variable, why}];
    });
    const [first] = without;
    if (first === undefined) return;
    yield {
      message: `${names([...new Set(without.map(({pod}) => `pod ${pod.name}`))])} ${without.length === 1 ? 'refers' : 'refer'} to ${first.variable}, which is not there: ${first.why}`,
      evidence: lines(without.map(({pod, variable, why}) => `pod ${pod.name}: $(${variable}): ${why}`)),
      remedy: `use ${service.name}.${service.namespace} as the host, or restart: ${kubectl(service.namespace, 'delete', 'pod', first.pod.name)}`,
    };
  },
};

interface Reference {
  readonly pod: Pod;
  readonly variable: string;
  readonly prefix: string;
}

const VARIABLE = /\$\((([A-Z0-9_]+?)_(?:SERVICE_HOST|SERVICE_PORT|PORT)\w*)\)/g;

/** References to Service variables by `namespace/PREFIX`, one for each pod. */
const references = lazilyOf((facts: Facts) =>
  grouped([...facts.view.pods.values()].flatMap(referencesOf), ({pod, prefix}) => `${pod.namespace}/${prefix}`),
);

function referencesOf(pod: Pod): readonly Reference[] {
  const found = [...wordsOf(pod).matchAll(VARIABLE)].map((match) => ({pod, variable: match[1] ?? '', prefix: match[2] ?? ''}));
  return found.filter((reference, index) => found.findIndex((other) => other.prefix === reference.prefix) === index);
}

function whyMissing(service: Service, pod: Pod): string | null {
  if (!isLinked(pod)) return 'the pod has enableServiceLinks: false';
  if (service.headless) return 'the Service is headless';
  const started = list(record(pod.object['status'])['containerStatuses']).flatMap(
    (status) => text(record(record(status['state'])['running'])['startedAt']) ?? [],
  );
  const [first] = started.toSorted();
  return first !== undefined && service.createdAt !== null && Date.parse(service.createdAt) > Date.parse(first)
    ? 'the Service is younger than the container'
    : null;
}

/** What of a pod may refer to variables: commands, arguments, values. */
function wordsOf(pod: Pod): string {
  const containers = list(record(pod.object['spec'])['containers']);
  return containers
    .flatMap((container) => [
      ...texts(container['command']),
      ...texts(container['args']),
      ...list(container['env']).flatMap((variable) => text(variable['value']) ?? []),
    ])
    .join('\n');
}
