import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError, type StatusCause} from '../../api.ts';
import {badRequest, invalidOptions} from '../errors.ts';
import type {ResourceInfo} from '../schema/index.ts';
import {type Matches, parseFieldSelector, parseLabelSelector} from '../selectors/index.ts';
import {isTrue} from './exchange.ts';
import {toServed} from './versions.ts';

/** The parameters of list and watch. */
export interface ListOptions {
  readonly matches: Matches<KubernetesObject>;
  readonly selective: boolean;
  readonly limit: number;
  readonly continueToken: string;
  /** Null where none was asked for. */
  readonly resourceVersion: number | null;
  readonly match: 'Exact' | 'NotOlderThan' | null;
  readonly watch: boolean;
  readonly allowBookmarks: boolean;
  readonly sendInitialEvents: boolean;
  readonly timeoutSeconds: number | null;
}

/** Reads and checks the parameters. Throws ApiError (400, 422) in the words of the API server. */
export function parseListOptions(query: URLSearchParams, resource: ResourceInfo, name: string): ListOptions {
  const watch = isTrue(query.get('watch'));
  checkVersionMatch(query, watch);
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const nameOnly = name === '' ? null : (object: KubernetesObject) => object.metadata?.name === name;
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', resource);
  const tests = [
    nameOnly,
    labels === null ? null : (object: KubernetesObject) => labels(object.metadata?.labels ?? {}),
    fields === null ? null : (object: KubernetesObject) => fields(toServed(resource, object)),
  ].filter((test) => test !== null);
  return {
    matches: (object) => tests.every((holds) => holds(object)),
    selective: tests.length > 0,
    limit: parseInteger(query.get('limit')) ?? 0,
    continueToken: query.get('continue') ?? '',
    resourceVersion: parseVersion(query.get('resourceVersion')),
    match: (query.get('resourceVersionMatch') || null) as ListOptions['match'],
    watch,
    allowBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: isTrue(query.get('sendInitialEvents')),
    timeoutSeconds: parseInteger(query.get('timeoutSeconds')),
  };
}

function parseInteger(text: string | null): number | null {
  if (text === null || text === '') return null;
  if (!/^[-+]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function parseVersion(text: string | null): number | null {
  if (text === null || text === '') return null;
  if (/^\d+$/.test(text)) return Number(text);
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new ApiError(500, '', `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`);
}

/** How resourceVersion, resourceVersionMatch, continue and sendInitialEvents go together (API concepts, "Resource versions"). */
function checkVersionMatch(query: URLSearchParams, watch: boolean): void {
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const initial = query.get('sendInitialEvents');
  const forbid = (field: string, message: string): never => {
    throw invalidOptions('ListOptions', [{reason: 'FieldValueForbidden', message: `Forbidden: ${message}`, field}]);
  };
  if (!watch && initial !== null) forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  if (initial !== null && match !== 'NotOlderThan')
    forbid('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  if (match === '') return;
  if (watch && initial === null)
    forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  if (!watch && version === '') forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (!watch && (query.get('continue') ?? '') !== '')
    forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') throw invalidOptions('ListOptions', [unsupportedMatch(match)]);
  if (match === 'Exact' && version === '0')
    forbid('resourceVersionMatch', 'resourceVersionMatch "Exact" is forbidden for resourceVersion "0"');
}

function unsupportedMatch(match: string): StatusCause {
  const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`;
  return {reason: 'FieldValueNotSupported', message, field: 'resourceVersionMatch'};
}
