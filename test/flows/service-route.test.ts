import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {serviceRoutes} from '../../src/flows/service-route.ts';
import {snapshotSource} from '../../src/kube/index.ts';
import type {KubernetesObject, Route, RouteMatrix} from '../../src/model/index.ts';
import {suiteObjects} from '../fixtures/suite-snapshot.ts';

const SNAPSHOT = path.join(import.meta.dirname, '../fixtures/suite.yaml');

async function routes(service: string, flags: Partial<Parameters<typeof serviceRoutes>[2]> = {}) {
  return serviceRoutes(await snapshotSource(SNAPSHOT), service, {matrix: false, ...flags});
}

const pods = (found: readonly Route[] | undefined) => found?.[0]?.endpoints.map((endpoint) => endpoint.pod);

/** `sandbox-1: quote-001 50 %, quote-002 50 %`, or `sandbox-1: drop`. */
function rows(matrix: RouteMatrix | undefined): readonly string[] | undefined {
  return matrix?.rows.map((row) => {
    const shares = matrix.columns.flatMap(({pod}, index) => {
      const share = Math.round((row.probabilities[index] ?? 0) * 100);
      return share === 0 ? [] : [`${pod} ${share} %`];
    });
    return `${row.node}: ${row.verdict === 'forward' ? shares.join(', ') : row.verdict}`;
  });
}

describe('routes of a snapshot', () => {
  it('start at a pod that is no endpoint where nobody says from where', async () => {
    const {routes: found, ...more} = await routes('quote');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({via: 'clusterip', from: {kind: 'Pod', name: 'kiada-001'}, verdict: 'forward'});
    expect(pods(found)).toEqual(['quote-001', 'quote-canary', 'quote-002']);
    expect(more).toEqual({});
  });

  it('are laid out by node with --matrix', async () => {
    const {matrix} = await routes('kiada-local', {matrix: true, via: 'nodeport'});
    expect(matrix).toHaveLength(1);
    expect(rows(matrix?.[0])).toEqual(['sandbox-1: kiada-001 100 %', 'sandbox-2: drop', 'sandbox-3: drop']);
    expect(matrix?.[0]?.holes).toEqual(['sandbox-2', 'sandbox-3']);
  });

  const TROUBLE = [
    {flags: {from: 'pod/kiada-01'}, code: 'NOT_FOUND', exitCode: 3, hint: /kiada-001/},
    {flags: {from: 'pods/kiada-001'}, code: 'USAGE', exitCode: 2, hint: /pod\/NAME/},
    {flags: {entry: 'sandbox-9'}, code: 'NOT_FOUND', exitCode: 3, hint: null},
    {flags: {port: 'htp'}, code: 'NOT_FOUND', exitCode: 3, hint: null},
  ];
  for (const {flags, code, exitCode, hint} of TROUBLE) {
    it(`refuse ${JSON.stringify(flags)} with ${code}`, async () => {
      await expect(routes('quote', flags)).rejects.toMatchObject({
        code,
        exitCode,
        ...(hint === null ? {} : {hint: expect.stringMatching(hint)}),
      });
    });
  }
});

describe('what if', () => {
  it('a policy were Local: before and after side by side', async () => {
    const result = await routes('quote', {set: ['internalTrafficPolicy=Local'], matrix: true});
    expect(result.whatIf).toEqual(['internalTrafficPolicy=Local']);
    expect(rows(result.matrixBefore?.[0])?.[0]).toBe('sandbox-1: quote-001 33 %, quote-canary 33 %, quote-002 33 %');
    expect(rows(result.matrix?.[0])).toEqual([
      'sandbox-1: drop',
      'sandbox-2: quote-001 50 %, quote-canary 50 %',
      'sandbox-3: quote-002 100 %',
    ]);
  });

  it('pods were gone', async () => {
    const result = await routes('quote', {without: ['pod/quote-001', 'quote-canary']});
    expect(pods(result.before)).toEqual(['quote-001', 'quote-canary', 'quote-002']);
    expect(pods(result.routes)).toEqual(['quote-002']);
    expect(result.whatIf).toEqual(['without pod/quote-001', 'without pod/quote-canary']);
  });

  it('all pods were gone: refused', async () => {
    const result = await routes('quiz', {without: ['quiz']});
    expect(result.routes[0]?.verdict).toBe('reject');
    expect(result.before?.[0]?.verdict).toBe('forward');
  });

  it('there were more replicas, or fewer', async () => {
    expect(pods((await routes('quiz', {'with-replicas': 3})).routes)?.toSorted()).toEqual(['quiz', 'what-if-1', 'what-if-2']);
    expect(pods((await routes('kiada', {via: 'clusterip', 'with-replicas': 1})).routes)).toEqual(['kiada-001']);
  });

  it('unready pods were published: the slices are built anew', async () => {
    const result = await routes('quote', {set: ['publishNotReadyAddresses=true']});
    expect(pods(result.routes)).toContain('quote-003');
    expect(pods(result.before)).not.toContain('quote-003');
  });

  it('the selector were another: other pods are the endpoints', async () => {
    expect(pods((await routes('quote', {set: ['selector.app=quiz']})).routes)).toEqual(['quiz']);
  });

  it('traffic were kept in the zone: hints as the controller gives them', async () => {
    const {matrix} = await routes('quote', {set: ['trafficDistribution=PreferSameZone'], matrix: true});
    expect(rows(matrix?.[0])).toEqual([
      'sandbox-1: quote-001 33 %, quote-canary 33 %, quote-002 33 %',
      'sandbox-2: quote-001 50 %, quote-canary 50 %',
      'sandbox-3: quote-002 100 %',
    ]);
  });

  it('there were so few replicas that the topology annotation takes its hints away, as the controller weighs them', async () => {
    const annotated = (object: KubernetesObject): KubernetesObject =>
      object.kind === 'Service' && object.metadata?.name === 'kiada'
        ? {...object, metadata: {...object.metadata, annotations: {'service.kubernetes.io/topology-mode': 'Auto'}}}
        : object;
    const objects = suiteObjects().map(annotated);
    const source = {
      kind: 'snapshot' as const,
      name: 'test',
      namespace: 'kiada',
      read: async () => ({objects, unknown: []}),
      close: () => {},
    };
    const ask = (flags: object) => serviceRoutes(source, 'kiada', {matrix: true, via: 'clusterip', port: 'http', ...flags});
    // three zones, three endpoints: one each; with four the shares come out uneven, and all hints go
    expect(rows((await ask({'with-replicas': 3})).matrix?.[0])?.[0]).toBe('sandbox-1: kiada-001 100 %');
    expect(rows((await ask({'with-replicas': 4})).matrix?.[0])?.[0]).toMatch(/^sandbox-1: (\S+ 25 %(, )?){4}$/);
  });

  const REFUSED = [
    {flags: {set: ['internalTraficPolicy=Local']}, hint: 'Did you mean: internalTrafficPolicy=Local'},
    {flags: {set: ['internalTrafficPolicy=local']}, hint: 'It can be: Cluster, Local'},
    {flags: {set: ['internalTrafficPolicy']}, hint: /^Write FIELD=VALUE/},
    {flags: {without: ['svc/quote']}, hint: 'Write it like --without pod/quote-001.'},
  ];
  for (const {flags, hint} of REFUSED) {
    it(`is refused where it says nothing: ${JSON.stringify(flags)}`, async () => {
      await expect(routes('quote', flags)).rejects.toMatchObject({
        code: 'USAGE',
        exitCode: 2,
        hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
      });
    });
  }

  it('a pod were gone that does not exist: not found', async () => {
    await expect(routes('quote', {without: ['quote-009']})).rejects.toMatchObject({code: 'NOT_FOUND', exitCode: 3});
  });
});
