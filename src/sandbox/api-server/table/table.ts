import type {KubernetesObject} from '../../../model/index.ts';
import type {ResourceInfo} from '../schema/index.ts';
import {CORE_ROWS} from './core-rows.ts';
import {since} from './format.ts';
import {podCells, podRowConditions} from './pod-row.ts';
import {text} from './read.ts';
import type {Cell, Kind} from './row.ts';
import {STORED_ONLY_ROWS} from './stored-only-rows.ts';
import {WORKLOAD_ROWS} from './workload-rows.ts';

export interface TableOptions {
  /** The parameter `includeObject`: `None`, `Metadata` (also null) or `Object`. */
  readonly include: string | null;
  readonly version: string;
  /** Without column definitions: the later events of a watch. */
  readonly bare?: boolean;
  /** Milliseconds since the epoch, for ages. */
  readonly now?: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  ...CORE_ROWS,
  ...WORKLOAD_ROWS,
  ...STORED_ONLY_ROWS,
  pods: {columns: 'Name Ready Status Restarts Age IP* Node* Nominated-Node* Readiness-Gates*', cells: podCells},
};

/** Kinds without columns of their own show like this, as custom resources do. */
const PLAIN: Kind = {
  columns: 'Name Age',
  cells: (object, now) => [text(object, 'metadata.name'), since(text(object, 'metadata.creationTimestamp'), now)],
};

/** Objects as the Table that `kubectl get` prints: the columns and cells of the genuine API server. */
export function tableOf(resource: ResourceInfo, objects: readonly KubernetesObject[], options: TableOptions): object {
  const kind = KINDS[keyOf(resource)] ?? PLAIN;
  const now = options.now ?? Date.now();
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {resourceVersion: options.version},
    columnDefinitions: options.bare === true ? null : kind.columns.split(' ').map(columnDefinition),
    rows: objects.map((object) => rowOf(resource, kind, object, options.include, now)),
  };
}

function keyOf({plural, group}: ResourceInfo): string {
  // both views of events look the same
  return group === '' || plural === 'events' ? plural : `${plural}.${group}`;
}

/** Labels that hold a hyphen of their own. */
const HYPHENATED = new Set([
  'Cluster-IP',
  'External-IP',
  'Internal-IP',
  'OS-Image',
  'Kernel-Version',
  'Container-Runtime',
  'Up-to-date',
  'Pod-Selector',
  'Global-Default',
]);

function columnDefinition(column: string): object {
  const label = column.replace(/[*#]$/, '');
  return {
    name: HYPHENATED.has(label) ? label : label.replaceAll('-', ' '),
    type: column.endsWith('#') ? 'integer' : 'string',
    format: label === 'Name' ? 'name' : label === 'Created-At' ? 'date' : '',
    description: '',
    priority: column.endsWith('*') ? 1 : 0,
  };
}

function rowOf(resource: ResourceInfo, kind: Kind, object: KubernetesObject, include: string | null, now: number): object {
  const cells: Cell[] = kind.cells(coreEvent(resource, object), now);
  const conditions = resource.plural === 'pods' ? podRowConditions(object) : null;
  return {cells, ...(conditions === null ? {} : {conditions}), ...included(object, include)};
}

function included(object: KubernetesObject, include: string | null): object {
  if (include === 'None') return {};
  if (include === 'Object') return {object};
  return {object: {kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata}};
}

/** The cells of events are read from their core names. */
function coreEvent({plural, group}: ResourceInfo, event: KubernetesObject): KubernetesObject {
  if (plural !== 'events' || group === '') return event;
  const {
    regarding,
    note,
    deprecatedSource,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedCount,
    reportingController,
    ...rest
  } = event;
  return {
    ...rest,
    involvedObject: regarding,
    message: note,
    source: deprecatedSource,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    count: deprecatedCount,
    reportingComponent: reportingController,
  };
}
