export interface Exception {
  /** What comes instead, as `field: type`; nothing for a request that is admitted; null where no request can be made of the row. */
  readonly causes: readonly string[] | null;
  readonly why: string;
}

export function exceptionOf(id: string): Exception | null {
  return EXCEPTIONS[id] ?? null;
}

const ALLOCATED_FIRST = 'ports are allocated before the object is validated';
const DEFAULTED = 'the API fills it in';
const REFUSED = 'the row is about one step, and what comes of it is not valid';

/** Rows that a whole API answers otherwise than the one step which they are about: a genuine 1.37 API server answers them as it says here. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'svc-create-055': {causes: ['spec.ports[1].nodePort: FieldValueInvalid'], why: ALLOCATED_FIRST},
  'svc-create-094': {causes: ['spec.ports[1].nodePort: FieldValueInvalid'], why: ALLOCATED_FIRST},
  'svc-update-003': {causes: null, why: 'a request to another namespace is about another object'},
  'svc-update-007': {causes: [], why: 'an update without cluster IP takes over the stored one'},
  'svc-update-052': {causes: ['spec.clusterIPs[0]: FieldValueInvalid'], why: 'families are settled before the object is validated'},
  'endpoints-011': {causes: [], why: DEFAULTED},
  'lb-status-005': {causes: [], why: DEFAULTED},
  'storage-create-617': {causes: ['spec.healthCheckNodePort: FieldValueInvalid'], why: DEFAULTED},
  'type-change-005': {causes: ['spec.externalName: FieldValueRequired', 'spec.ipFamilyPolicy: FieldValueForbidden'], why: REFUSED},
  'type-change-009': {causes: ['spec.ports[0].nodePort: FieldValueForbidden', 'spec.ports[1].nodePort: FieldValueForbidden'], why: REFUSED},
  'type-change-010': {causes: ['spec.ports[2].port: FieldValueInvalid', 'spec.ports[2].targetPort: FieldValueInvalid'], why: REFUSED},
  'type-change-027': {causes: ['spec.loadBalancerClass: FieldValueInvalid'], why: REFUSED},
  'normalize-002': {causes: ['spec.clusterIPs: FieldValueInvalid'], why: REFUSED},
  'normalize-006': {causes: ['spec.clusterIPs[0]: FieldValueInvalid', 'spec.clusterIPs[1]: FieldValueInvalid'], why: REFUSED},
};
