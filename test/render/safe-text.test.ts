import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {describeServices} from '../../src/flows/describe-services.ts';
import {listEndpoints} from '../../src/flows/list-endpoints.ts';
import {listServices} from '../../src/flows/list-services.ts';
import {serviceRoutes} from '../../src/flows/service-route.ts';
import {snapshotSource} from '../../src/kube/index.ts';
import type {ServiceDescribeResult, ServiceListResult} from '../../src/model/index.ts';
import {renderRecords} from '../../src/render/dns-records.ts';
import {renderResolve, renderShort} from '../../src/render/dns-resolve.ts';
import {renderChange, renderEndpoints} from '../../src/render/endpoints.ts';
import {renderLoad} from '../../src/render/load.ts';
import {renderProbe} from '../../src/render/probe.ts';
import {renderRoutes} from '../../src/render/routes.ts';
import {plainText} from '../../src/render/safe-text.ts';
import {renderSandboxStatus} from '../../src/render/sandbox-status.ts';
import {renderServiceEnv} from '../../src/render/service-env.ts';
import {renderServiceList} from '../../src/render/service-list.ts';
import {renderServicePages} from '../../src/render/service-page.ts';
import {STYLE} from './golden.ts';
import {CHANGES, DISAGREEMENT, FOUND_RESOLVER, LOAD, NO_ANSWER, PROBE, SANDBOX} from './samples.ts';

/** A title change, a colour, a line that overwrites, and text that reads backwards. */
const EVIL = '\u001b]0;owned\u0007\u001b[31m\r\n\u009b2J\u202e\u2066';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not come out
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Words that decide how something is rendered, and so are never free text. */
const FIXED = new Set([
  'type',
  'via',
  'path',
  'verdict',
  'kind',
  'outcome',
  'severity',
  'certainty',
  'family',
  'ipFamily',
  'state',
  'time',
  'since',
  'protocol',
  'action',
  'metric',
  'rcode',
  'startedAt',
  'reachableFrom',
  'paths',
  'worstFinding',
  'internalTrafficPolicy',
  'externalTrafficPolicy',
]);

/** A result with control characters in all text that a cluster could put there. */
function poisoned<Value>(value: Value, key = ''): Value {
  if (FIXED.has(key)) return value;
  if (typeof value === 'string') return `${value}${EVIL}` as Value;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poisoned(inner, name)])) as Value;
}

describe('text from a cluster', () => {
  it('is shown with its control characters as pictures', () => {
    expect(plainText('a\u001b[31mb\n\u007f')).toBe('a␛[31mb␊␡');
    expect(plainText('\u202e\u009b')).toBe('\\u202e\\u009b');
    expect(plainText('grüße 日本 🙂')).toBe('grüße 日本 🙂');
  });

  const source = snapshotSource(path.join(import.meta.dirname, '../fixtures/suite.yaml'));
  const scope = {'all-namespaces': false, watch: false};
  const RENDERED: readonly {what: string; text: () => Promise<string> | string}[] = [
    {
      what: 'the list of Services',
      text: async () => {
        const {value} = (await listServices(await source, scope).next()) as {value: ServiceListResult};
        return renderServiceList(poisoned(value), STYLE) + renderServiceList(poisoned(value), {...STYLE, wide: true});
      },
    },
    {
      what: 'the page of a Service',
      text: async () => {
        const {value} = (await describeServices(await source, [], scope).next()) as {value: ServiceDescribeResult};
        return renderServicePages(poisoned(value), {...STYLE, wide: true});
      },
    },
    {what: 'endpoints', text: async () => renderEndpoints(poisoned(await listEndpoints(await source, [], scope)), {...STYLE, wide: true})},
    {what: 'routes', text: async () => renderRoutes(poisoned(await serviceRoutes(await source, 'quote', {matrix: false})), STYLE)},
    {
      what: 'matrices',
      text: async () =>
        renderRoutes(poisoned(await serviceRoutes(await source, 'kiada-local', {matrix: true, without: ['kiada-002']})), STYLE),
    },
    {what: 'changes', text: () => CHANGES.map((change) => renderChange(poisoned(change), STYLE)).join('\n')},
    {what: 'probes', text: () => renderProbe(poisoned(PROBE), STYLE)},
    {what: 'load', text: () => renderLoad(poisoned(LOAD), STYLE)},
    {what: 'the sandbox', text: () => renderSandboxStatus(poisoned(SANDBOX), STYLE)},
    {
      what: 'resolutions',
      text: () =>
        [DISAGREEMENT, FOUND_RESOLVER, NO_ANSWER]
          .map((result) => renderResolve(poisoned(result), STYLE) + renderShort(poisoned(result)))
          .join('\n'),
    },
    {what: 'records', text: () => renderRecords(poisoned({zone: 'x', records: DISAGREEMENT.predicted.records}), {...STYLE, wide: true})},
    {
      what: 'variables',
      text: () =>
        renderServiceEnv(
          poisoned({
            pods: [{pod: 'a', variables: [{name: 'A', value: 'b', service: 'c'}], missing: [{name: 'D', service: 'e', why: 'f'}]}],
          }),
          STYLE,
        ),
    },
  ];
  for (const {what, text} of RENDERED) {
    it(`never reaches the terminal as a command: ${what}`, async () => {
      const printed = await text();
      expect(printed).toContain('␛]0;owned␇');
      expect(printed.split('\n').filter((line) => UNSAFE.test(line))).toEqual([]);
    });
  }
});
