import {afterAll, describe, expect, test} from 'vitest';
import type {IpFamily, KubernetesObject} from '../../../src/model/index.ts';
import table from '../data/admission.json' with {type: 'json'};
import {exceptionOf} from './exceptions.ts';
import {completed, expectFields, withRanges} from './fields.ts';
import {apiServers, causesOf, type Request, request} from './service-api.ts';

// The admission tables as requests to the sandbox's API server: decoding, defaults, allocation and validation, as a client meets them.

interface Verdict {
  readonly valid?: boolean;
  readonly ok?: boolean;
  readonly errors?: readonly {readonly type: string; readonly field: string}[];
}

interface Case {
  readonly id: string;
  readonly name: string;
  readonly operation?: Request['operation'];
  readonly gatesAreDefault?: boolean;
  readonly dryRun?: boolean;
  readonly object: KubernetesObject;
  readonly old?: KubernetesObject;
  readonly clusterFamilies?: readonly IpFamily[];
  readonly expect: Verdict & {readonly afterDefaulting?: Verdict; readonly reason?: string; readonly result?: KubernetesObject};
}

const servers = apiServers();
afterAll(() => servers.close());

function each(cases: readonly unknown[], check: (given: Case) => Promise<void>): void {
  for (const given of cases as readonly Case[]) {
    const title = `${given.id}: ${given.name}`;
    const exception = exceptionOf(given.id);
    if (given.gatesAreDefault === false) test.skip(`${title} (sets feature gates that a default 1.37 API server has otherwise)`);
    else if (exception !== null && exception.causes === null) test.skip(`${title} (${exception.why})`);
    else test(title, () => check(structuredClone(given)));
  }
}

/** What a row expects of the whole way through the API, where its defaults and allocators have their say too. */
function verdictOf({id, expect: {afterDefaulting, ...expected}}: Case): {readonly ok: boolean; readonly causes: readonly string[]} {
  const exception = exceptionOf(id)?.causes ?? undefined;
  const {valid, ok, errors = []} = afterDefaulting ?? expected;
  const causes = exception ?? errors.map(({field, type}) => `${field}: ${type}`).sort();
  return {ok: causes.length === 0 && (exception !== undefined || (ok ?? valid ?? false)), causes};
}

async function expectVerdict(given: Case): Promise<void> {
  const {operation = 'create', dryRun = false, object, old = null} = given;
  const server = await servers.of(withRanges(given.object, old));
  const answer = await request(server, {operation, dryRun, object, old: operation === 'create' ? null : old});
  const {ok, causes} = verdictOf(given);
  expect({ok: answer.code < 300, causes: causesOf(answer)}, answer.body?.message).toEqual({ok, causes});
  if (!ok) expect(answer.body).toMatchObject({kind: 'Status', status: 'Failure', reason: 'Invalid', code: 422});
}

describe('Services as the API validates them', () => {
  each(table.serviceValidationCases, expectVerdict);
  each(table.externalTrafficPolicyCases, expectVerdict);
});

describe('Endpoints as the API validates them', () => each(table.endpointsValidationCases, expectVerdict));

describe('EndpointSlices as the API validates them', () => each(table.endpointSliceValidationCases, expectVerdict));

describe('the status of load balancers as the API validates it', () => {
  each(table.loadBalancerStatusCases, async (given) => {
    const [object, old] = [completed(given.object), completed(given.old ?? given.object)];
    // the table calls the check with a path of its own
    const errors = (given.expect.errors ?? []).map(({type, field}) => ({type, field: field.replace('status.', 'status.loadBalancer.')}));
    await expectVerdict({...given, object, old, expect: {...given.expect, errors}});
  });
});

const RANGES: Readonly<Record<IpFamily, string>> = {IPv4: '10.0.0.0/16', IPv6: '2000::/108'};

describe('Services as the API stores them', () => {
  each(table.storageCases, async (given) => {
    const {operation = 'create', dryRun = false, object, old = null, clusterFamilies = []} = given;
    const server = await servers.of(clusterFamilies.map((family) => RANGES[family]));
    const answer = await request(server, {operation, dryRun, object, old});
    const {ok, causes} = verdictOf(given);
    expect({ok: answer.code < 300, causes: causesOf(answer)}, answer.body?.message).toEqual({ok, causes});
    if (ok) expectFields(answer.body.spec, given.expect.result?.['spec'], RANGES);
    else expect(answer.body.reason).toBe(given.expect.reason);
  });
});

describe('defaults as the API fills them in', () => {
  each(table.defaultingCases, async (given) => {
    const object = completed(given.object);
    const server = await servers.of(withRanges(object, null));
    const answer = await request(server, {operation: 'create', dryRun: false, object, old: null});
    expect(answer.code, answer.body?.message).toBe(201);
    const {spec, subsets} = completed(given.expect.result as KubernetesObject);
    if (object.kind === 'Service') expectFields(answer.body.spec, spec, RANGES);
    else expectFields(answer.body.subsets, subsets, RANGES);
  });
});

describe('cluster IPs that are kept in step', () => {
  each(table.normalizeClusterIPsCases, async (given) => {
    const [object, old] = [completed(given.object), given.old === undefined ? null : completed(given.old)];
    const server = await servers.of(withRanges(object, old));
    const answer = await request(server, {operation: old === null ? 'create' : 'update', dryRun: false, object, old});
    const refused = exceptionOf(given.id)?.causes ?? null;
    expect(causesOf(answer), answer.body?.message).toEqual(refused ?? []);
    if (refused === null) expectFields(answer.body.spec, given.expect.result?.['spec'], RANGES);
  });
});

describe('Services of a time before families, as the first write finds them', () => {
  each(table.defaultOnReadCases, async (given) => {
    const server = await servers.of(withRanges(given.object, null));
    const answer = await request(server, {operation: 'update', dryRun: false, object: given.object, old: given.object});
    expect(answer.code, answer.body?.message).toBe(200);
    expectFields(answer.body.spec, given.expect.result?.['spec'], RANGES);
  });
});

describe('Services that change', () => {
  for (const cases of [table.typeChangeCases, table.patchAllocatedCases]) {
    each(cases, async (given) => {
      const {object, old = null} = given;
      const server = await servers.of(withRanges(object, old));
      const answer = await request(server, {operation: 'update', dryRun: false, object, old});
      const refused = exceptionOf(given.id)?.causes ?? null;
      expect(causesOf(answer), answer.body?.message).toEqual(refused ?? []);
      if (refused === null) expectFields(answer.body.spec, given.expect.result?.['spec'], RANGES);
    });
  }
});
