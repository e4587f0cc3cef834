import {since} from './format.ts';
import {at, list, number, orZero, record, text} from './read.ts';
import type {Cell, Kind} from './row.ts';

const age = (object: unknown, now: number): string => since(text(object, 'metadata.creationTimestamp'), now);
const name = (object: unknown): string => text(object, 'metadata.name');

/** Kinds that the sandbox stores and does not act on (pkg/printers/internalversion). */
export const STORED_ONLY_ROWS: Readonly<Record<string, Kind>> = {
  'horizontalpodautoscalers.autoscaling': {
    columns: 'Name Reference Targets MinPods MaxPods Replicas Age',
    cells: (object, now) => [
      name(object),
      `${text(object, 'spec.scaleTargetRef.kind')}/${text(object, 'spec.scaleTargetRef.name')}`,
      targets(object),
      text(object, 'spec.minReplicas') || '<unset>',
      number(object, 'spec.maxReplicas'),
      number(object, 'status.currentReplicas'),
      age(object, now),
    ],
  },
  resourcequotas: {
    columns: 'Name Request Limit Age',
    cells: (quota, now) => [name(quota), quotaCell(quota, false), quotaCell(quota, true), age(quota, now)],
  },
  'runtimeclasses.node.k8s.io': {
    columns: 'Name Handler Age',
    cells: (object, now) => [name(object), text(object, 'handler'), age(object, now)],
  },
  'volumeattributesclasses.storage.k8s.io': {
    columns: 'Name DriverName Age',
    cells: (object, now) => [name(object), text(object, 'driverName'), age(object, now)],
  },
  'csinodes.storage.k8s.io': {
    columns: 'Name Drivers# Age',
    cells: (object, now) => [name(object), list(object, 'spec.drivers').length, age(object, now)],
  },
  'ipaddresses.networking.k8s.io': {columns: 'Name ParentRef', cells: (object) => [name(object), parentOf(object)]},
  podtemplates: {columns: 'Name Containers Images Pod-Labels', cells: templateCells},
};

/** The first two metrics with their present and wanted values. */
function targets(object: unknown): string {
  const metrics = list(object, 'spec.metrics');
  if (metrics.length === 0) return '<none>';
  const statuses = list(object, 'status.currentMetrics');
  const shown = metrics.slice(0, 2).map((metric, i) => targetText(metric, statuses[i]));
  return metrics.length > 2 ? `${shown.join(', ')} + ${metrics.length - 2} more...` : shown.join(', ');
}

function targetText(metric: unknown, status: unknown): string {
  const type = text(metric, 'type');
  const field = type.charAt(0).toLowerCase() + type.slice(1);
  const resource = type === 'Resource' || type === 'ContainerResource';
  const prefix = resource ? `${text(metric, `${field}.name`)}: ` : '';
  const average = text(metric, `${field}.target.averageValue`);
  if (average !== '') {
    const plain = resource || type === 'Pods';
    return `${prefix}${text(status, `${field}.current.averageValue`) || '<unknown>'}/${average}${plain ? '' : ' (avg)'}`;
  }
  if (!resource) return `${text(status, `${field}.current.value`) || '<unknown>'}/${orZero(metric, `${field}.target.value`)}`;
  return `${prefix}${percent(status, `${field}.current.averageUtilization`, '<unknown>')}/${percent(metric, `${field}.target.averageUtilization`, '<auto>')}`;
}

function percent(object: unknown, path: string, none: string): string {
  return at(object, path) === undefined ? none : `${number(object, path)}%`;
}

function quotaCell(quota: unknown, limits: boolean): string {
  const hard = record(quota, 'status.hard');
  const used = record(quota, 'status.used');
  return Object.keys(hard)
    .filter((resource) => resource.startsWith('limits.') === limits)
    .sort()
    .map((resource) => `${resource}: ${used[resource] ?? 0}/${hard[resource]}`)
    .join(', ');
}

function parentOf(address: unknown): string {
  if (at(address, 'spec.parentRef') === undefined) return '<none>';
  const group = text(address, 'spec.parentRef.group');
  const resource = `${text(address, 'spec.parentRef.resource')}${group === '' ? '' : `.${group}`}`.toLowerCase();
  const namespace = text(address, 'spec.parentRef.namespace');
  return `${resource}/${namespace === '' ? '' : `${namespace}/`}${text(address, 'spec.parentRef.name')}`;
}

function templateCells(object: unknown): Cell[] {
  const containers = list(object, 'template.spec.containers');
  const labels = Object.entries(record(object, 'template.metadata.labels')).map(([key, value]) => `${key}=${value}`);
  const join = (field: string): string => containers.map((each) => text(each, field)).join(',');
  return [name(object), join('name'), join('image'), labels.sort().join(',') || '<none>'];
}
