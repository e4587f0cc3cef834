import {at, list, record, text} from './read.ts';

/** A span of time as kubectl shows ages: about three figures, `3m20s`, `5h`, `2d4h`. The steps are those of apimachinery's HumanDuration. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(ms / 3_600_000);
  const days = Math.floor(hours / 24);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 24 * 8) return two(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  if (hours < 24 * 365 * 8) return two(Math.floor(days / 365), 'y', days % 365, 'd');
  return `${Math.floor(days / 365)}y`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}${largeUnit}${small === 0 ? '' : `${small}${smallUnit}`}`;
}

/** How long ago a time was. */
export function since(time: string, now: number): string {
  return time === '' ? '<unknown>' : humanDuration(now - Date.parse(time));
}

export function orNone(value: string): string {
  return value === '' ? '<none>' : value;
}

/** `a=b,c=d`, sorted; `<none>` without any. */
export function labelsText(labels: Readonly<Record<string, unknown>>): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`);
  return orNone(pairs.join(','));
}

/** A label selector as text: `app=quote,tier in (a,b)`; `<none>` for an empty one. */
export function selectorCell(object: unknown, path: string): string {
  const equal = Object.entries(record(object, `${path}.matchLabels`))
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  const sets = list(object, `${path}.matchExpressions`).map(expressionText);
  return orNone([...equal, ...sets].join(','));
}

function expressionText(expression: unknown): string {
  const key = text(expression, 'key');
  const values = list(expression, 'values').map(String).sort().join(',');
  switch (text(expression, 'operator')) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'In':
      return `${key} in (${values})`;
    default:
      return `${key} notin (${values})`;
  }
}

/** Names and images of containers, for the wide columns of workloads. */
export function containerCells(object: unknown, path: string): [string, string] {
  const containers = list(object, path);
  return [containers.map((each) => text(each, 'name')).join(','), containers.map((each) => text(each, 'image')).join(',')];
}

/** The first three, and how many more: `10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 5 more...` */
export function firstThree(values: readonly string[], none: string): string {
  if (values.length === 0) return none;
  const shown = values.slice(0, 3).join(',');
  return values.length > 3 ? `${shown} + ${values.length - 3} more...` : shown;
}

const ACCESS_MODES: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

/** `RWO,ROX` */
export function accessModes(object: unknown, path: string): string {
  const modes = new Set(list(object, path).map(String));
  return ACCESS_MODES.filter(([mode]) => modes.has(mode))
    .map(([, short]) => short)
    .join(',');
}

/** The value, or `<unset>` where the field is missing. */
export function orUnset(object: unknown, path: string): string {
  const value = at(object, path);
  return value === undefined || value === null ? '<unset>' : String(value);
}
