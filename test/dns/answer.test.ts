import {describe, expect, it} from 'vitest';
import {type AnswerOptions, answer, isInZones} from '../../src/dns/index.ts';
import type {ClusterView, KubernetesObject} from '../../src/model/index.ts';
import {updateView, viewOf} from '../../src/view/index.ts';
import {namespace, service, slice} from './cluster.ts';

const view = viewOf([
  service('quote', {clusterIPs: ['10.96.20.1']}),
  service('quiz', {clusterIP: 'None'}),
  slice('quiz', [{address: '10.244.1.1', hostname: 'quiz-0'}, {address: '10.244.2.1', ready: false}, {address: '10.244.3.1'}]),
  service('none-ready', {clusterIP: 'None'}),
  slice('none-ready', [{address: '10.244.4.1', ready: false}]),
  service('out', {type: 'ExternalName', externalName: 'db.example.org'}),
  service('inside', {type: 'ExternalName', externalName: 'quote.kiada.svc.cluster.local'}),
  service('dns', {clusterIPs: ['10.96.0.10'], ports: [{name: 'dns', protocol: 'UDP', port: 53}]}, 'kube-system'),
  slice('dns', [{address: '10.244.0.2'}], {namespace: 'kube-system', ports: [{name: 'dns', protocol: 'UDP', port: 53}]}),
  service('exposed', {clusterIPs: ['10.96.20.9'], externalIPs: ['203.0.113.9']}),
  namespace('empty'),
]);

function lines(name: string, type: string, options: AnswerOptions = {}, of: ClusterView = view): readonly string[] {
  const reply = answer(of, {name, type}, options);
  return [reply.rcode, ...reply.answer.map((record) => `${record.name} ${record.ttl} ${record.type} ${record.data}`).toSorted()];
}

describe('answer', () => {
  it('gives a cluster IP, and takes a name without its final dot', () => {
    expect(lines('quote.kiada.svc.cluster.local', 'a')).toEqual(['NOERROR', 'quote.kiada.svc.cluster.local. 5 A 10.96.20.1']);
  });

  it('gives the ready endpoints of a headless Service, and a name of its own to each', () => {
    const name = 'quiz.kiada.svc.cluster.local.';
    expect(lines(name, 'A')).toEqual(['NOERROR', `${name} 5 A 10.244.1.1`, `${name} 5 A 10.244.3.1`]);
    expect(lines(`quiz-0.${name}`, 'A')).toEqual(['NOERROR', `quiz-0.${name} 5 A 10.244.1.1`]);
    expect(lines(`10-244-3-1.${name}`, 'A')).toEqual(['NOERROR', `10-244-3-1.${name} 5 A 10.244.3.1`]);
    expect(lines(`10-244-1-1.${name}`, 'A'), 'an endpoint with a hostname has no other name').toEqual(['NXDOMAIN']);
    expect(lines(`10-244-2-1.${name}`, 'A'), 'an endpoint that is not ready has none').toEqual(['NXDOMAIN']);
  });

  it('gives the port of the endpoint for a headless Service and of the Service for another', () => {
    expect(lines('_http._tcp.quiz.kiada.svc.cluster.local.', 'SRV')).toEqual([
      'NOERROR',
      '_http._tcp.quiz.kiada.svc.cluster.local. 5 SRV 0 50 8080 10-244-3-1.quiz.kiada.svc.cluster.local.',
      '_http._tcp.quiz.kiada.svc.cluster.local. 5 SRV 0 50 8080 quiz-0.quiz.kiada.svc.cluster.local.',
    ]);
    expect(lines('_http._tcp.quote.kiada.svc.cluster.local.', 'SRV')[1]).toContain('0 100 80 quote.kiada');
  });

  it('tells what does not exist from what holds nothing', () => {
    expect(lines('nobody.kiada.svc.cluster.local.', 'A')).toEqual(['NXDOMAIN']);
    expect(lines('none-ready.kiada.svc.cluster.local.', 'A')).toEqual(['NXDOMAIN']);
    expect(lines('quote.nowhere.svc.cluster.local.', 'A')).toEqual(['NXDOMAIN']);
    expect(lines('quote.kiada.svc.cluster.local.', 'AAAA')).toEqual(['NOERROR']);
    expect(lines('empty.svc.cluster.local.', 'A')).toEqual(['NOERROR']);
    expect(answer(view, {name: 'empty.svc.cluster.local.', type: 'A'}).authority).toEqual([
      {name: 'cluster.local.', type: 'SOA', ttl: 5, data: 'ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 5'},
    ]);
  });

  it('asks nothing upstream by itself, and takes what it is given for a target outside', () => {
    const alias = 'out.kiada.svc.cluster.local. 5 CNAME db.example.org.';
    expect(lines('out.kiada.svc.cluster.local.', 'A')).toEqual(['NOERROR', alias]);
    expect(lines('db.example.org.', 'A')).toEqual(['NXDOMAIN']);
    const upstream: AnswerOptions['upstream'] = ({name, type}) => ({
      rcode: 'NOERROR',
      answer: [{name, type, ttl: 60, data: '192.0.2.1'}],
      authority: [],
      additional: [],
    });
    expect(lines('out.kiada.svc.cluster.local.', 'A', {upstream})).toEqual(['NOERROR', 'db.example.org. 60 A 192.0.2.1', alias]);
    expect(lines('db.example.org.', 'A', {upstream})).toEqual(['NOERROR', 'db.example.org. 60 A 192.0.2.1']);
  });

  it('follows a CNAME within the zone only to records that exist', () => {
    expect(lines('inside.kiada.svc.cluster.local.', 'A')).toHaveLength(3);
    expect(lines('inside.kiada.svc.cluster.local.', 'AAAA')).toEqual(['NOERROR']);
  });

  it('gives PTR for cluster IPs and endpoints, not for external addresses', () => {
    expect(lines('1.20.96.10.in-addr.arpa.', 'PTR')[1]).toContain('PTR quote.kiada.svc.cluster.local.');
    expect(lines('1.1.244.10.in-addr.arpa.', 'PTR')[1]).toContain('PTR quiz-0.quiz.kiada.svc.cluster.local.');
    expect(lines('9.113.0.203.in-addr.arpa.', 'PTR')).toEqual(['NXDOMAIN']);
  });

  it('names the DNS Service as name server where its own address is an endpoint of it, else itself', () => {
    const behind = answer(view, {name: 'cluster.local.', type: 'NS'}, {serverIPs: ['10.244.0.2']});
    expect(behind.answer).toMatchObject([{data: 'dns.kube-system.svc.cluster.local.'}]);
    expect(behind.additional).toMatchObject([{name: 'dns.kube-system.svc.cluster.local.', data: '10.96.0.10'}]);
    expect(lines('ns.dns.cluster.local.', 'A', {serverIPs: ['10.244.0.2']})[1]).toContain('A 10.96.0.10');
    expect(lines('cluster.local.', 'NS', {serverIPs: ['192.0.2.53']})[1]).toContain('NS ns.dns.cluster.local.');
  });

  it('refuses a zone transfer', () => {
    expect(lines('cluster.local.', 'AXFR')).toEqual(['REFUSED']);
  });

  it('takes the zone from the view, and other zones as told', () => {
    const other = viewOf([service('quote', {clusterIPs: ['10.96.20.1']})], {clusterDomain: 'corp.test.'});
    expect(lines('quote.kiada.svc.corp.test.', 'A', {}, other)).toHaveLength(2);
    expect(lines('1.20.96.10.in-addr.arpa.', 'PTR', {reverseZones: []}, other)).toEqual(['NXDOMAIN']);
    expect(isInZones(other, 'x.CORP.test')).toBe(true);
    expect(isInZones(other, 'xcorp.test')).toBe(false);
  });

  it('keeps up with a view that changes, and leaves the view before it alone', () => {
    const change = (type: 'MODIFIED' | 'DELETED', object: KubernetesObject) => updateView(view, {type, object});
    const name = 'quiz.kiada.svc.cluster.local.';
    const before = lines(name, 'A');
    lines('1.1.244.10.in-addr.arpa.', 'PTR');
    const moved = change('MODIFIED', slice('quiz', [{address: '10.244.9.9'}]));
    expect(lines(name, 'A', {}, moved)).toEqual(['NOERROR', `${name} 5 A 10.244.9.9`]);
    expect(lines('1.1.244.10.in-addr.arpa.', 'PTR', {}, moved)).toEqual(['NXDOMAIN']);
    expect(lines(name, 'A', {}, change('DELETED', service('quiz')))).toEqual(['NXDOMAIN']);
    expect(lines(name, 'A')).toEqual(before);
  });

  it('passes on what a zone with fallthrough does not have, to whoever is asked upstream', () => {
    const elsewhere = {rcode: 'NOERROR', answer: [], authority: [], additional: []} as const;
    const fallthrough = ['in-addr.arpa.', 'ip6.arpa'];
    expect(lines('1.20.96.10.in-addr.arpa.', 'PTR', {fallthrough, upstream: () => elsewhere})).toHaveLength(2);
    expect(lines('9.9.9.9.in-addr.arpa.', 'PTR', {fallthrough, upstream: () => elsewhere})).toEqual(['NOERROR']);
    expect(lines('1.20.96.10.IN-ADDR.arpa.', 'TXT', {fallthrough, upstream: () => elsewhere})).toEqual(['NOERROR']);
    expect(lines('absent.kiada.svc.cluster.local.', 'A', {fallthrough, upstream: () => elsewhere})).toEqual(['NXDOMAIN']);
    expect(answer(view, {name: '9.9.9.9.in-addr.arpa.', type: 'PTR'}, {fallthrough}).authority, 'not the zone’s own word').toEqual([]);
  });
});
