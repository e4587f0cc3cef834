import {describe, expect, test} from 'vitest';
import type {IpFamily, KubernetesObject} from '../../src/model/index.ts';
import {ApiError} from '../../src/sandbox/api.ts';
import {createAllocators, type ServiceAllocators} from '../../src/sandbox/api-server/admission/index.ts';
import {endpointSliceRules} from '../../src/sandbox/api-server/admission/kinds/endpoint-slice.ts';
import {endpointsRules} from '../../src/sandbox/api-server/admission/kinds/endpoints.ts';
import type {FieldError} from '../../src/sandbox/api-server/admission/rules/field-error.ts';
import {validateMetadata, validateMetadataUpdate} from '../../src/sandbox/api-server/admission/rules/metadata.ts';
import {dns1123Subdomain} from '../../src/sandbox/api-server/admission/rules/names.ts';
import {defaultService} from '../../src/sandbox/api-server/admission/service/defaults.ts';
import {
  defaultOnRead,
  dropTypeDependent,
  keepAllocated,
  normalizeClusterIPs,
} from '../../src/sandbox/api-server/admission/service/normalize.ts';
import {prepareService, prepareServiceUpdate, serviceRules} from '../../src/sandbox/api-server/admission/service/rules.ts';
import type {ServiceObject, ServiceSpec} from '../../src/sandbox/api-server/admission/service/types.ts';
import {validateLoadBalancer} from '../../src/sandbox/api-server/admission/service/validate-update.ts';
import type {AdmissionContext, KindRules} from '../../src/sandbox/api-server/admission/types.ts';
import table from './data/admission.json' with {type: 'json'};

interface Verdict {
  readonly valid: boolean;
  readonly errors: readonly {readonly type: string; readonly field: string}[];
}

interface Case {
  readonly id: string;
  readonly name: string;
  readonly operation?: string;
  readonly gatesAreDefault?: boolean;
  readonly object: ServiceObject;
  readonly old?: ServiceObject;
  readonly clusterFamilies?: readonly IpFamily[];
  readonly expect: Partial<Verdict> & {
    readonly afterDefaulting?: Verdict;
    readonly ok?: boolean;
    readonly reason?: string;
    readonly result?: ServiceObject;
  };
}

/** A default 1.37 API server is what is built here; a case that switches a gate is not about it. */
const OTHER_GATES = 'sets feature gates that a default 1.37 API server has otherwise';

function each(cases: readonly unknown[], check: (given: Case) => void): void {
  for (const given of cases as readonly Case[]) {
    const title = `${given.id}: ${given.name}`;
    if (given.gatesAreDefault === false) test.skip(`${title} (${OTHER_GATES})`);
    else test(title, () => check(structuredClone(given)));
  }
}

function validate(rules: KindRules<never>, {object, old}: Pick<Case, 'object' | 'old'>): FieldError[] {
  const {validateChange, validate: check, name = dns1123Subdomain} = rules as KindRules;
  // An EndpointSlice's update is held against the rules of a new one; what updates in general may not do is told apart from it.
  if (old === undefined || rules === endpointSliceRules) {
    return [...validateMetadata(object.metadata ?? {}, {namespaced: true, name}), ...(check?.(object, old ?? null) ?? [])];
  }
  return [
    ...validateMetadataUpdate(object.metadata ?? {}, old.metadata ?? {}),
    ...(validateChange?.(object, old) ?? []),
    ...(check?.(object, old) ?? []),
  ];
}

/** Errors without their order: it is not said of them that they have one. */
function places(errors: readonly {readonly type: string; readonly field: string}[]): string[] {
  return errors.map(({type, field}) => `${field}: ${type}`).sort();
}

function expectVerdict(errors: readonly FieldError[], expected: Partial<Verdict>): void {
  expect(places(errors)).toEqual(places(expected.errors ?? []));
}

describe('Service validation', () => {
  each(table.serviceValidationCases, (given) => {
    expectVerdict(validate(serviceRules as KindRules<never>, given), given.expect);
    if (given.expect.afterDefaulting === undefined) return;
    defaultService(given.object);
    if (given.old !== undefined) defaultService(given.old);
    expectVerdict(validate(serviceRules as KindRules<never>, given), given.expect.afterDefaulting);
  });
  each(table.externalTrafficPolicyCases, (given) => expectVerdict(validate(serviceRules as KindRules<never>, given), given.expect));
});

describe('Service status validation', () => {
  // The upstream table calls the check with a path of its own.
  each(table.loadBalancerStatusCases, ({object, old, expect: expected}) => {
    const [ingress, before] = [object, old].map((each) => each?.status?.loadBalancer?.ingress ?? []);
    expectVerdict(validateLoadBalancer(ingress ?? [], before ?? [], object.spec?.type === 'LoadBalancer', 'status'), expected);
  });
});

describe('Endpoints validation', () => {
  each(table.endpointsValidationCases, (given) => expectVerdict(validate(endpointsRules as KindRules<never>, given), given.expect));
});

describe('EndpointSlice validation', () => {
  each(table.endpointSliceValidationCases, (given) => expectVerdict(validate(endpointSliceRules as KindRules<never>, given), given.expect));
});

describe('Service storage', () => {
  each(table.storageCases, (given) => {
    const allocators = storageAllocators(given);
    const {errors, reason, result} = store(given, allocators);
    if (given.expect.ok === false) {
      expect(reason).toBe(given.expect.reason);
      if (reason === 'Invalid') expect(places(errors)).toEqual(places(given.expect.errors ?? []));
      return;
    }
    expect(errors).toEqual([]);
    expectStored(result, given.expect.result as ServiceObject);
  });
});

const RANGES: Readonly<Record<IpFamily, string>> = {IPv4: '10.0.0.0/16', IPv6: '2000::/108'};

function storageAllocators({clusterFamilies = [], old}: Case): ServiceAllocators {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const allocators = createAllocators({serviceCidrs: clusterFamilies.map((family) => RANGES[family]), random});
  if (old !== undefined) allocators.track(null, old);
  return allocators;
}

/** Storage as the table drives it: without the defaults of the API version. */
function store(
  given: Case,
  allocators: ServiceAllocators,
): {errors: readonly {type: string; field: string}[]; reason: string; result: ServiceObject} {
  const result = given.object;
  const old = given.old ?? null;
  const context: AdmissionContext = {allocators, lookup: () => null, list: () => [], randomSuffix: () => 'aaaaa'};
  try {
    prepareService(result, old, context);
    if (old !== null) prepareServiceUpdate(result, old);
    const metadata = {...result.metadata, resourceVersion: '1'};
    const errors = validate(serviceRules as KindRules<never>, old === null ? {object: result} : {object: {...result, metadata}, old});
    return {errors, reason: errors.length > 0 ? 'Invalid' : '', result};
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const causes = error.details?.causes ?? [];
    return {errors: causes.map(({reason, field}) => ({type: reason, field})), reason: error.reason, result};
  }
}

/** `$alloc:` stands for any free value of the right range. */
function expectStored(actual: ServiceObject, expected: ServiceObject): void {
  const written = JSON.parse(JSON.stringify(actual)) as KubernetesObject;
  expect(masked(written, expected)).toEqual(masked(expected, expected));
}

function masked(actual: unknown, expected: unknown): unknown {
  if (typeof expected === 'string' && expected.startsWith('$alloc:')) {
    return actual === expected || fits(actual, expected.slice('$alloc:'.length)) ? expected : actual;
  }
  if (Array.isArray(actual) && Array.isArray(expected)) return actual.map((item, index) => masked(item, expected[index]));
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null) return actual;
  const wanted = expected as Record<string, unknown>;
  const kept = Object.entries(actual).filter(([name, value]) => name !== 'status' && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(kept.map(([name, value]) => [name, masked(value, wanted[name])]));
}

function fits(value: unknown, kind: string): boolean {
  if (kind === 'IPv4') return /^10\.0\.\d+\.\d+$/.test(String(value));
  if (kind === 'IPv6') return String(value).startsWith('2000::');
  return typeof value === 'number' && value >= 30_000 && value <= 32_767;
}

describe('defaults', () => {
  each(table.defaultingCases, ({object, expect: {result}}) => {
    if (object.kind === 'Service') defaultService(object);
    else if (object.kind === 'Endpoints') endpointsRules.defaults?.(object);
    else throw new Error(`no runner for the defaults of ${object.kind}`);
    expect(JSON.parse(JSON.stringify(object))).toEqual(result);
  });
});

describe('cluster IPs in step', () => {
  each(table.normalizeClusterIPsCases, ({object, old, expect: {result}}) => {
    normalizeClusterIPs(specOf(object), old === undefined ? null : specOf(old));
    expect(JSON.parse(JSON.stringify(object))).toEqual(result);
  });
});

describe('what was allocated stays', () => {
  each(table.patchAllocatedCases, ({object, old, expect: {result}}) => {
    keepAllocated(specOf(object), specOf(old));
    expect(JSON.parse(JSON.stringify(object))).toEqual(result);
  });
});

describe('old Services when read', () => {
  each(table.defaultOnReadCases, ({object, expect: {result}}) => {
    const pairs = Array.isArray(object)
      ? object.map((item, index) => [item, (result as unknown as ServiceObject[])[index]])
      : [[object, result]];
    for (const [stored, expected] of pairs as [ServiceObject, ServiceObject][]) {
      defaultOnRead(specOf(stored), 'IPv4');
      expect(JSON.parse(JSON.stringify(stored))).toEqual(expected);
    }
  });
});

describe('change of type', () => {
  each(table.typeChangeCases, ({object, old, expect: {result}}) => {
    dropTypeDependent(specOf(object), specOf(old));
    expect(JSON.parse(JSON.stringify(object))).toEqual(result);
  });
});

function specOf(service: ServiceObject | undefined): ServiceSpec {
  if (service?.spec === undefined) throw new Error('the case has a Service without spec');
  return service.spec;
}
