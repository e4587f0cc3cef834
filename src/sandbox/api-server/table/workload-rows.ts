import {containerCells, humanDuration, labelsText, orNone, selectorCell, since} from './format.ts';
import {at, list, number, record, text, texts} from './read.ts';
import type {Cell, Kind} from './row.ts';

const age = (object: unknown, now: number): string => since(text(object, 'metadata.creationTimestamp'), now);
const name = (object: unknown): string => text(object, 'metadata.name');
const template = (object: unknown): Cell[] => containerCells(object, 'spec.template.spec.containers');

/** Workloads and what goes with them (pkg/printers/internalversion). `#` marks columns of numbers. */
export const WORKLOAD_ROWS: Readonly<Record<string, Kind>> = {
  'deployments.apps': {
    columns: 'Name Ready Up-to-date Available Age Containers* Images* Selector*',
    cells: (object, now) => [
      name(object),
      `${number(object, 'status.readyReplicas')}/${number(object, 'spec.replicas')}`,
      number(object, 'status.updatedReplicas'),
      number(object, 'status.availableReplicas'),
      age(object, now),
      ...template(object),
      selectorCell(object, 'spec.selector'),
    ],
  },
  'replicasets.apps': {columns: 'Name Desired# Current# Ready# Age Containers* Images* Selector*', cells: replicaCells},
  replicationcontrollers: {columns: 'Name Desired# Current# Ready# Age Containers* Images* Selector*', cells: controllerCells},
  'statefulsets.apps': {
    columns: 'Name Ready Age Containers* Images*',
    cells: (object, now) => [
      name(object),
      `${number(object, 'status.readyReplicas')}/${number(object, 'spec.replicas')}`,
      age(object, now),
      ...template(object),
    ],
  },
  'daemonsets.apps': {
    columns: 'Name Desired# Current# Ready# Up-to-date# Available# Node-Selector Age Containers* Images* Selector*',
    cells: (object, now) => [
      name(object),
      number(object, 'status.desiredNumberScheduled'),
      number(object, 'status.currentNumberScheduled'),
      number(object, 'status.numberReady'),
      number(object, 'status.updatedNumberScheduled'),
      number(object, 'status.numberAvailable'),
      labelsText(record(object, 'spec.template.spec.nodeSelector')),
      age(object, now),
      ...template(object),
      selectorCell(object, 'spec.selector'),
    ],
  },
  'jobs.batch': {
    columns: 'Name Status Completions Duration Age Containers* Images* Selector*',
    cells: (job, now) => [
      name(job),
      jobStatus(job),
      jobCompletions(job),
      jobDuration(job, now),
      age(job, now),
      ...template(job),
      selectorCell(job, 'spec.selector'),
    ],
  },
  'cronjobs.batch': {
    columns: 'Name Schedule Timezone Suspend Active# Last-Schedule Age Containers* Images* Selector*',
    cells: (job, now) => [
      name(job),
      text(job, 'spec.schedule'),
      orNone(text(job, 'spec.timeZone')),
      at(job, 'spec.suspend') === true ? 'True' : 'False',
      list(job, 'status.active').length,
      text(job, 'status.lastScheduleTime') === '' ? '<none>' : since(text(job, 'status.lastScheduleTime'), now),
      age(job, now),
      ...containerCells(job, 'spec.jobTemplate.spec.template.spec.containers'),
      selectorCell(job, 'spec.jobTemplate.spec.selector'),
    ],
  },
  'controllerrevisions.apps': {
    columns: 'Name Controller Revision Age',
    cells: (object, now) => [name(object), controllerOf(object), number(object, 'revision'), age(object, now)],
  },
  'ingresses.networking.k8s.io': {
    columns: 'Name Class Hosts Address Ports Age',
    cells: (object, now) => [
      name(object),
      orNone(text(object, 'spec.ingressClassName')),
      hosts(object),
      list(object, 'status.loadBalancer.ingress')
        .map((each) => text(each, 'ip') || text(each, 'hostname'))
        .sort()
        .join(','),
      list(object, 'spec.tls').length > 0 ? '80, 443' : '80',
      age(object, now),
    ],
  },
  'ingressclasses.networking.k8s.io': {
    columns: 'Name Controller Parameters Age',
    cells: (object, now) => [name(object), text(object, 'spec.controller'), parameters(object), age(object, now)],
  },
  'networkpolicies.networking.k8s.io': {
    columns: 'Name Pod-Selector Age',
    cells: (object, now) => [name(object), selectorCell(object, 'spec.podSelector'), age(object, now)],
  },
  'poddisruptionbudgets.policy': {
    columns: 'Name Min-Available Max-Unavailable Allowed-Disruptions# Age',
    cells: (object, now) => [
      name(object),
      text(object, 'spec.minAvailable') || 'N/A',
      text(object, 'spec.maxUnavailable') || 'N/A',
      number(object, 'status.disruptionsAllowed'),
      age(object, now),
    ],
  },
  'priorityclasses.scheduling.k8s.io': {
    columns: 'Name Value# Global-Default Age PreemptionPolicy',
    cells: (object, now) => [
      name(object),
      number(object, 'value'),
      at(object, 'globalDefault') === true,
      age(object, now),
      text(object, 'preemptionPolicy') || 'PreemptLowerPriority',
    ],
  },
  'servicecidrs.networking.k8s.io': {
    columns: 'Name CIDRs Age',
    cells: (object, now) => [name(object), texts(object, 'spec.cidrs').join(','), age(object, now)],
  },
  'roles.rbac.authorization.k8s.io': {columns: 'Name Created-At', cells: createdCells},
  'clusterroles.rbac.authorization.k8s.io': {columns: 'Name Created-At', cells: createdCells},
  limitranges: {columns: 'Name Created-At', cells: createdCells},
  'rolebindings.rbac.authorization.k8s.io': {columns: 'Name Role Age Users* Groups* ServiceAccounts*', cells: bindingCells},
  'clusterrolebindings.rbac.authorization.k8s.io': {columns: 'Name Role Age Users* Groups* ServiceAccounts*', cells: bindingCells},
};

function replicaCells(object: unknown, now: number): Cell[] {
  return [...counts(object, now), ...template(object), selectorCell(object, 'spec.selector')];
}

function controllerCells(object: unknown, now: number): Cell[] {
  return [...counts(object, now), ...template(object), labelsText(record(object, 'spec.selector'))];
}

function counts(object: unknown, now: number): Cell[] {
  const replicas = [number(object, 'spec.replicas'), number(object, 'status.replicas'), number(object, 'status.readyReplicas')];
  return [name(object), ...replicas, age(object, now)];
}

function jobStatus(job: unknown): string {
  const has = (type: string): boolean =>
    list(job, 'status.conditions').some((each) => text(each, 'type') === type && text(each, 'status') === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (at(job, 'metadata.deletionTimestamp') !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function jobCompletions(job: unknown): string {
  const succeeded = number(job, 'status.succeeded');
  if (at(job, 'spec.completions') !== undefined) return `${succeeded}/${number(job, 'spec.completions')}`;
  const parallelism = number(job, 'spec.parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: unknown, now: number): string {
  const start = text(job, 'status.startTime');
  if (start === '') return '';
  const end = text(job, 'status.completionTime');
  return humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
}

function controllerOf(object: unknown): string {
  const owner = list(object, 'metadata.ownerReferences').find((each) => at(each, 'controller') === true);
  if (owner === undefined) return '<none>';
  const [group = ''] = text(owner, 'apiVersion').includes('/') ? text(owner, 'apiVersion').split('/') : [''];
  return `${text(owner, 'kind').toLowerCase()}${group === '' ? '' : `.${group}`}/${text(owner, 'name')}`;
}

function hosts(ingress: unknown): string {
  const rules = list(ingress, 'spec.rules');
  const named = rules.map((rule) => text(rule, 'host')).filter((host) => host !== '');
  if (named.length === 0) return '*';
  const shown = named.slice(0, 3).join(',');
  return named.length > 3 ? `${shown} + ${rules.length - 3} more...` : shown;
}

function parameters(object: unknown): string {
  if (at(object, 'spec.parameters') === undefined) return '<none>';
  const group = text(object, 'spec.parameters.apiGroup');
  return `${text(object, 'spec.parameters.kind')}${group === '' ? '' : `.${group}`}/${text(object, 'spec.parameters.name')}`;
}

function createdCells(object: unknown): Cell[] {
  return [name(object), text(object, 'metadata.creationTimestamp')];
}

function bindingCells(object: unknown, now: number): Cell[] {
  const subjects = (kind: string): string =>
    list(object, 'subjects')
      .filter((each) => text(each, 'kind') === kind)
      .map((each) => (kind === 'ServiceAccount' ? `${text(each, 'namespace')}/${text(each, 'name')}` : text(each, 'name')))
      .join(', ');
  const role = `${text(object, 'roleRef.kind')}/${text(object, 'roleRef.name')}`;
  return [name(object), role, age(object, now), subjects('User'), subjects('Group'), subjects('ServiceAccount')];
}
