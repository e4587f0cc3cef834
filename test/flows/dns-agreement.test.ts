import {describe, expect, it} from 'vitest';
import {judgeAnswer} from '../../src/flows/dns-agreement.ts';
import type {DnsRecord} from '../../src/model/index.ts';

const record = (name: string, type: string, data: string, ttl = 30): DnsRecord => ({name, type, ttl, data});
const isPredictable = (name: string) => name.endsWith('.cluster.local.');
const one = record('quote.kiada.svc.cluster.local.', 'A', '10.96.0.7');
const two = record('quote.kiada.svc.cluster.local.', 'A', '10.96.0.8');
const alias = record('time.kiada.svc.cluster.local.', 'CNAME', 'time.example.');

describe('an answer held against the prediction', () => {
  const CASES: readonly [
    claim: string,
    predicted: {rcode: string; records: DnsRecord[]},
    said: {rcode: string; records: DnsRecord[]} | null,
    agree: boolean | null,
  ][] = [
    [
      'agrees in another order, with another time to live',
      {rcode: 'NOERROR', records: [one, two]},
      {rcode: 'NOERROR', records: [two, {...one, ttl: 5}]},
      true,
    ],
    [
      'agrees in letters of another case',
      {rcode: 'NOERROR', records: [one]},
      {rcode: 'NOERROR', records: [{...one, name: 'QUOTE.kiada.svc.cluster.local.'}]},
      true,
    ],
    ['differs by a record', {rcode: 'NOERROR', records: [one, two]}, {rcode: 'NOERROR', records: [one]}, false],
    ['differs by its rcode', {rcode: 'NOERROR', records: []}, {rcode: 'NXDOMAIN', records: []}, false],
    [
      'agrees whatever a CNAME out of the cluster leads to',
      {rcode: 'NOERROR', records: [alias]},
      {rcode: 'NOERROR', records: [alias, record('time.example.', 'A', '192.0.2.1')]},
      true,
    ],
    [
      'differs where the CNAME is another',
      {rcode: 'NOERROR', records: [alias]},
      {rcode: 'NOERROR', records: [{...alias, data: 'other.example.'}]},
      false,
    ],
    ['is not judged where nothing is predicted', {rcode: 'UNKNOWN', records: []}, {rcode: 'NOERROR', records: [one]}, null],
    ['is not judged where there is none', {rcode: 'NOERROR', records: [one]}, null, null],
  ];
  for (const [claim, predicted, said, agree] of CASES) {
    it(claim, () => {
      const resolution = said && {...said, steps: []};
      expect(judgeAnswer(predicted, {server: '10.96.0.10:53', resolution, problem: null}, isPredictable).agree).toBe(agree);
    });
  }
});
