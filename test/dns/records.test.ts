import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  addressOfReverse,
  answer,
  formatRecordData,
  formatZoneFile,
  parseRecordData,
  parseZoneFile,
  type RecordData,
  records,
  reverseName,
} from '../../src/dns/index.ts';
import {viewOf} from '../../src/view/index.ts';
import {service, slice} from './cluster.ts';

const view = viewOf([
  service('quote', {clusterIPs: ['10.96.20.1', 'fd00:10:96::1'], ports: [{name: 'http', port: 80}, {port: 81}]}),
  slice('quote', [{address: '10.244.1.5'}]),
  service('quiz', {clusterIP: 'None'}),
  slice('quiz', [
    {address: '10.244.1.1', hostname: 'quiz-0'},
    {address: '10.244.2.1', ready: false},
  ]),
  slice('quiz', [{address: 'fd00:10:244::1', hostname: 'quiz-0'}], {name: 'quiz-6'}),
  service('time', {type: 'ExternalName', externalName: 'quote.kiada.svc.cluster.local'}),
]);

describe('records', () => {
  it('lists what the Services give rise to, ordered by Service and name, once each', () => {
    const lines = formatZoneFile(records(view, {ttl: 30}))
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual([
      '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.4.2.0.0.1.0.0.0.0.d.f.ip6.arpa. 30 IN PTR quiz-0.quiz.kiada.svc.cluster.local.',
      '1.1.244.10.in-addr.arpa. 30 IN PTR quiz-0.quiz.kiada.svc.cluster.local.',
      '_http._tcp.quiz.kiada.svc.cluster.local. 30 IN SRV 0 50 8080 quiz-0.quiz.kiada.svc.cluster.local.',
      'quiz-0.quiz.kiada.svc.cluster.local. 30 IN A 10.244.1.1',
      'quiz-0.quiz.kiada.svc.cluster.local. 30 IN AAAA fd00:10:244::1',
      'quiz.kiada.svc.cluster.local. 30 IN A 10.244.1.1',
      'quiz.kiada.svc.cluster.local. 30 IN AAAA fd00:10:244::1',
      '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa. 30 IN PTR quote.kiada.svc.cluster.local.',
      '1.20.96.10.in-addr.arpa. 30 IN PTR quote.kiada.svc.cluster.local.',
      '10-244-1-5.quote.kiada.svc.cluster.local. 30 IN A 10.244.1.5',
      '5.1.244.10.in-addr.arpa. 30 IN PTR 10-244-1-5.quote.kiada.svc.cluster.local.',
      '_http._tcp.quote.kiada.svc.cluster.local. 30 IN SRV 0 50 80 quote.kiada.svc.cluster.local.',
      'quote.kiada.svc.cluster.local. 30 IN A 10.96.20.1',
      'quote.kiada.svc.cluster.local. 30 IN AAAA fd00:10:96::1',
      'time.kiada.svc.cluster.local. 30 IN CNAME quote.kiada.svc.cluster.local.',
    ]);
  });

  it('has nothing that a question would not bring, and can be limited to Services', () => {
    const all = records(view);
    expect(all.length).toBeGreaterThan(10);
    for (const record of all) expect(answer(view, record).answer).toContainEqual(record);
    const some = records(view, {
      services: [
        {namespace: 'kiada', name: 'time'},
        {namespace: 'kiada', name: 'gone'},
      ],
    });
    expect(some.map((record) => record.name)).toEqual(['time.kiada.svc.cluster.local.']);
  });

  it('survives the way through a zone file', () => {
    expect(parseZoneFile(formatZoneFile(records(view)))).toEqual(records(view));
    expect(parseZoneFile('; a comment\n\nquote. 5 IN A 10.0.0.1\n')).toHaveLength(1);
    expect(parseZoneFile('quote. 5 IN A nonsense\n')).toBeNull();
  });
});

describe('record data', () => {
  const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9-]{0,20}[a-z0-9])?$/);
  const name = fc.array(label, {minLength: 1, maxLength: 5}).map((labels) => `${labels.join('.')}.`);
  const small = fc.nat(0xffff);
  const large = fc.nat(0xffffffff);
  const data: fc.Arbitrary<RecordData> = fc.oneof(
    fc.record({type: fc.constantFrom('CNAME' as const, 'NS' as const, 'PTR' as const), target: name}),
    fc.record({type: fc.constant('A' as const), address: fc.ipV4()}),
    fc.record({type: fc.constant('SRV' as const), priority: small, weight: small, port: small, target: name}),
    fc.record({
      type: fc.constant('TXT' as const),
      text: fc.array(fc.string({unit: 'grapheme-ascii', maxLength: 30}), {minLength: 1, maxLength: 4}),
    }),
    fc.record({
      type: fc.constant('SOA' as const),
      mname: name,
      rname: name,
      serial: large,
      refresh: large,
      retry: large,
      expire: large,
      minimum: large,
    }),
  );

  it('is the same after being written and read', () => {
    fc.assert(
      fc.property(data, (given) => {
        expect(parseRecordData(given.type, formatRecordData(given))).toEqual(given);
      }),
    );
  });

  it('is refused where it is none', () => {
    for (const [type, text] of [
      ['A', 'fd00::1'],
      ['AAAA', '10.0.0.1'],
      ['A', '10.0.0.256'],
      ['SRV', '0 0 80'],
      ['SRV', '0 0 65536 a.'],
      ['CNAME', 'no-dot'],
      ['TXT', '"open'],
      ['MX', '0 a.'],
      ['SOA', 'a. b. 1 2 3 4'],
    ] as const) {
      expect(parseRecordData(type, text), `${type} ${text}`).toBeNull();
    }
  });
});

describe('reverse names', () => {
  it('lead back to the address they were made from', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const made = reverseName(address);
        expect(made).not.toBeNull();
        expect(reverseName(addressOfReverse(made as string) as string)).toBe(made);
      }),
    );
    expect(reverseName('10.96.0.1')).toBe('1.0.96.10.in-addr.arpa.');
    expect(reverseName('quote')).toBeNull();
  });

  it('of part of an address, of numbers out of range or with leading zeros stand for none', () => {
    for (const name of [
      '96.10.in-addr.arpa.',
      '5.1.0.96.10.in-addr.arpa.',
      '1.0.96.256.in-addr.arpa.',
      '01.0.96.10.in-addr.arpa.',
      'a.0.96.10.in-addr.arpa.',
      '1.0.ip6.arpa.',
      'quote.kiada.svc.cluster.local.',
    ]) {
      expect(addressOfReverse(name), name).toBeNull();
    }
  });
});
