import fc from 'fast-check';
import {expect, test} from 'vitest';
import {serviceVariables, standingVariables} from '../../src/endpoints/index.ts';
import {viewOf} from '../../src/view/index.ts';

const service = (name: string, spec: object, namespace = 'kiada') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name, namespace},
  spec,
});
const pairs = (view: ReturnType<typeof viewOf>, namespace: string, options = {}) =>
  serviceVariables(view, namespace, options).map(({name, value}) => `${name}=${value}`);

test('a Service gives host, port, named ports and the variables of container links, in that order', () => {
  const ports = [
    {name: 'http', port: 80, protocol: 'TCP'},
    {name: 'dns-udp', port: 53, protocol: 'UDP'},
  ];
  const view = viewOf([service('quote-api', {clusterIP: '10.96.0.7', ports})]);
  expect(pairs(view, 'kiada')).toEqual([
    'QUOTE_API_SERVICE_HOST=10.96.0.7',
    'QUOTE_API_SERVICE_PORT=80',
    'QUOTE_API_SERVICE_PORT_HTTP=80',
    'QUOTE_API_SERVICE_PORT_DNS_UDP=53',
    'QUOTE_API_PORT=tcp://10.96.0.7:80',
    'QUOTE_API_PORT_80_TCP=tcp://10.96.0.7:80',
    'QUOTE_API_PORT_80_TCP_PROTO=tcp',
    'QUOTE_API_PORT_80_TCP_PORT=80',
    'QUOTE_API_PORT_80_TCP_ADDR=10.96.0.7',
    'QUOTE_API_PORT_53_UDP=udp://10.96.0.7:53',
    'QUOTE_API_PORT_53_UDP_PROTO=udp',
    'QUOTE_API_PORT_53_UDP_PORT=53',
    'QUOTE_API_PORT_53_UDP_ADDR=10.96.0.7',
  ]);
});

test('an IPv6 cluster IP stands in brackets in URLs only', () => {
  const view = viewOf([service('q', {clusterIP: 'fd00::1', ports: [{port: 80}]})]);
  expect(pairs(view, 'kiada')).toContain('Q_PORT=tcp://[fd00::1]:80');
  expect(pairs(view, 'kiada')).toContain('Q_SERVICE_HOST=fd00::1');
});

test('headless and ExternalName Services and those of other namespaces give none', () => {
  const view = viewOf([
    service('headless', {clusterIP: 'None', ports: [{port: 80}]}),
    service('outside', {type: 'ExternalName', externalName: 'example.com'}),
    service('elsewhere', {clusterIP: '10.96.0.9', ports: [{port: 80}]}, 'other'),
  ]);
  expect(pairs(view, 'kiada')).toEqual([]);
});

test("the API server's Service is seen from everywhere, even without service links, unless the namespace has one of that name", () => {
  const master = service('kubernetes', {clusterIP: '10.96.0.1', ports: [{name: 'https', port: 443}]}, 'default');
  const own = service('kubernetes', {clusterIP: '10.96.0.8', ports: [{port: 80}]});
  const other = service('quote', {clusterIP: '10.96.0.7', ports: [{port: 80}]});
  expect(pairs(viewOf([master, other]), 'kiada', {enableServiceLinks: false})[0]).toBe('KUBERNETES_SERVICE_HOST=10.96.0.1');
  expect(pairs(viewOf([master, other]), 'kiada', {enableServiceLinks: false}).some((pair) => pair.startsWith('QUOTE'))).toBe(false);
  for (const objects of [
    [master, own],
    [own, master],
  ]) {
    expect(pairs(viewOf(objects), 'kiada')).toContain('KUBERNETES_SERVICE_HOST=10.96.0.8');
  }
});

test('those of one Service are those that bear its name among all', () => {
  const part = fc.constantFrom('db', 'port', 'service', 'host', '80', 'tcp', 'x');
  const name = fc.array(part, {minLength: 1, maxLength: 4}).map((parts) => parts.join('-'));
  const port = fc.record({name: fc.constantFrom('port', 'http', 'host'), port: fc.constantFrom(80, 443)});
  const made = fc.record({
    name,
    ports: fc.uniqueArray(port, {minLength: 1, maxLength: 2, selector: ({port}) => port}),
    headless: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(made, {minLength: 1, maxLength: 12, selector: ({name}) => name}), (all) => {
      const view = viewOf(
        all.map(({name, ports, headless}, index) => service(name, {ports, clusterIP: headless ? 'None' : `10.96.1.${index}`})),
      );
      const variables = serviceVariables(view, 'kiada');
      for (const one of view.services.values()) {
        const texts = (list: readonly {name: string; value: string}[]) => list.map(({name, value}) => `${name}=${value}`).toSorted();
        const wanted = variables.filter((variable) => variable.service === one.name);
        expect(texts(standingVariables(view, one))).toEqual(texts(wanted));
      }
    }),
  );
});
