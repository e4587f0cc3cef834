import path from 'node:path';
import {afterAll, describe, it, vi} from 'vitest';
import {describeServices} from '../../src/flows/describe-services.ts';
import {resolveName} from '../../src/flows/dns-resolve.ts';
import {listEndpoints} from '../../src/flows/list-endpoints.ts';
import {listServices} from '../../src/flows/list-services.ts';
import {serviceEnv} from '../../src/flows/service-env.ts';
import {serviceRoutes} from '../../src/flows/service-route.ts';
import {snapshotSource} from '../../src/kube/index.ts';
import type {ServiceDescribeResult, ServiceListResult} from '../../src/model/index.ts';
import {renderResolve} from '../../src/render/dns-resolve.ts';
import {renderEndpoints} from '../../src/render/endpoints.ts';
import {renderRoutes} from '../../src/render/routes.ts';
import {renderServiceEnv} from '../../src/render/service-env.ts';
import {renderServiceList} from '../../src/render/service-list.ts';
import {renderServicePages} from '../../src/render/service-page.ts';
import {expectGolden, STYLE} from './golden.ts';

// What the commands print of test/fixtures/suite.yaml.

// findings tell how long something has been so: the moment is that of the style
vi.useFakeTimers({toFake: ['Date'], now: STYLE.nowMs});
afterAll(() => void vi.useRealTimers());

const source = await snapshotSource(path.join(import.meta.dirname, '../fixtures/suite.yaml'));
const SCOPE = {'all-namespaces': false, watch: false};

describe('the list of Services', () => {
  it('says what is open from outside, what is not ready, and the worst finding', async () => {
    const {value} = (await listServices(source, SCOPE).next()) as {value: ServiceListResult};
    expectGolden('service-list', renderServiceList(value, STYLE));
  });
});

describe('the page of a Service', () => {
  const PAGES = [
    {file: 'service-healthy', name: 'kiada', of: 'a healthy load balancer'},
    {file: 'service-not-ready', name: 'quote', of: 'one with an endpoint that is not ready and a pod that is none'},
    {file: 'service-local', name: 'kiada-local', of: 'a node port with externalTrafficPolicy Local'},
    {file: 'service-pending', name: 'pending', of: 'a load balancer without an address and endpoints'},
    {file: 'service-headless', name: 'quote-headless', of: 'a headless Service'},
    {file: 'service-external-name', name: 'time-api', of: 'an ExternalName'},
  ];
  for (const {file, name, of} of PAGES) {
    it(`of ${of}`, async () => {
      const {value} = (await describeServices(source, [name], SCOPE).next()) as {value: ServiceDescribeResult};
      expectGolden(file, renderServicePages(value, STYLE));
    });
  }
});

describe('endpoints', () => {
  it('are a table with reasons, and the pods that are none', async () => {
    expectGolden('endpoints', renderEndpoints(await listEndpoints(source, [], SCOPE), STYLE));
  });
});

describe('routes', () => {
  const ROUTES = [
    {file: 'route-clusterip', service: 'quote', flags: {}, of: 'a cluster IP from a pod'},
    {file: 'route-nodeport', service: 'kiada', flags: {from: 'outside', via: 'nodeport', port: 'http'}, of: 'node ports from outside'},
    {file: 'route-drop', service: 'kiada-local', flags: {from: 'outside', via: 'nodeport', entry: 'sandbox-2'}, of: 'a node that drops'},
    {file: 'route-headless', service: 'quote-headless', flags: {}, of: 'a headless Service'},
    {file: 'route-external-name', service: 'time-api', flags: {}, of: 'an ExternalName'},
    {file: 'route-what-if', service: 'quote', flags: {set: ['internalTrafficPolicy=Local']}, of: 'what if, with before and after'},
    {file: 'matrix', service: 'kiada-local', flags: {matrix: true}, of: 'every node, with holes'},
    {file: 'matrix-what-if', service: 'quote', flags: {matrix: true, without: ['quote-001']}, of: 'every node, before and after'},
    {file: 'matrix-many', service: 'quiz', flags: {matrix: true, 'with-replicas': 12}, of: 'more endpoints than the width takes'},
  ];
  for (const {file, service, flags, of} of ROUTES) {
    it(`of ${of}`, async () => {
      expectGolden(file, renderRoutes(await serviceRoutes(source, service, {matrix: false, ...flags}), STYLE));
    });
  }
});

describe('names', () => {
  const QUESTIONS = [
    {file: 'dns-resolve', name: 'quote', type: 'A'},
    {file: 'dns-resolve-search', name: 'quote.kiada.svc.cluster.local', type: 'A'},
    {file: 'dns-resolve-srv', name: '_http._tcp.quote-headless', type: 'SRV'},
    {file: 'dns-resolve-nxdomain', name: 'qoute', type: 'A'},
  ];
  for (const {file, name, type} of QUESTIONS) {
    it(`are resolved step by step: ${name} ${type}`, async () => {
      const options = {type, from: 'pod/kiada-001', namespace: 'kiada', predictOnly: true, libc: 'glibc', agent: null} as const;
      expectGolden(file, renderResolve(await resolveName(source, name, options), STYLE));
    });
  }
});

describe('variables', () => {
  it('are those that a pod has', async () => {
    expectGolden('service-env', renderServiceEnv(await serviceEnv(source, 'quiz', 'kiada'), STYLE));
  });
});
