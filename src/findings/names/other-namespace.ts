import type {Pod} from '../../model/index.ts';
import {list, record, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import {type Rule, refOf} from '../rule.ts';
import {names} from '../words.ts';

/** Variables whose value is a host, going by their names. */
const HOST_LIKE = /(^|_)(HOST|HOSTNAME|URL|URI|ADDR|ADDRESS|ENDPOINT|SERVER|UPSTREAM|BACKEND|SERVICE)$/i;
/** A short name, with scheme and port at the most. */
const SHORT_HOST = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([a-z]([a-z0-9-]*[a-z0-9])?)(?::\d{1,5})?(?:\/.*)?$/;

export const otherNamespace: Rule = {
  code: 'KIA0613',
  name: 'ShortNameOfOtherNamespace',
  severity: 'warning',
  certainty: 'possible',
  summary: 'A pod is told the short name of a Service that exists in another namespace only.',
  why: "A name without a dot is looked up in the pod's own namespace. The Service elsewhere is found only as NAME.NAMESPACE.",
  remedy: 'Write NAME.NAMESPACE.',
  needs: ['pods'],
  live: false,
  *sweep(facts) {
    const elsewhere = namespacesByName(facts);
    for (const pod of facts.view.pods.values()) {
      for (const {variable, host, value} of hostsOf(pod)) {
        const namespaces = elsewhere.get(host) ?? [];
        if (namespaces.length === 0 || namespaces.includes(pod.namespace)) continue;
        yield {
          object: refOf(pod.object),
          message: `${variable} names "${host}", which is no Service of namespace ${pod.namespace}; there is one in ${names(namespaces)}`,
          evidence: [`${variable}=${value}`],
          field: 'spec.containers',
          remedy: `write ${host}.${namespaces[0]} in ${variable}`,
        };
      }
    }
  },
};

function namespacesByName(facts: Facts): Map<string, string[]> {
  const namespaces = new Map<string, string[]>();
  for (const service of facts.view.services.values()) {
    namespaces.set(service.name, [...(namespaces.get(service.name) ?? []), service.namespace]);
  }
  return namespaces;
}

function hostsOf(pod: Pod): readonly {readonly variable: string; readonly host: string; readonly value: string}[] {
  return list(record(pod.object['spec'])['containers']).flatMap((container) =>
    list(container['env']).flatMap((entry) => {
      const [variable, value] = [text(entry['name']) ?? '', text(entry['value']) ?? ''];
      const host = HOST_LIKE.test(variable) ? SHORT_HOST.exec(value)?.[1] : undefined;
      return host === undefined || host === 'localhost' ? [] : [{variable, host, value}];
    }),
  );
}
