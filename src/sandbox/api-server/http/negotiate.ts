import {notAcceptable} from '../errors.ts';

/** How a client wants its answer. */
export interface Accepted {
  readonly format: 'json' | 'yaml';
  /** `Table`, `PartialObjectMetadata`, `PartialObjectMetadataList`, `APIGroupDiscoveryList`; null for the object itself. */
  readonly as: string | null;
  /** The version of `as`: `v2` of discovery. */
  readonly version: string | null;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const FORMATS: Readonly<Record<string, Accepted['format']>> = {
  '*/*': 'json',
  'application/*': 'json',
  'application/json': 'json',
  'application/yaml': 'yaml',
  'text/yaml': 'yaml',
};

const PLAIN: Accepted = {format: 'json', as: null, version: null};

/** The first of the client's media types that this server speaks, `transformations` being those that fit the request. Throws ApiError 406. */
export function negotiate(header: string | undefined, transformations: readonly string[]): Accepted {
  if (header === undefined || header.trim() === '') return PLAIN;
  for (const {type, parameters} of header.split(',').map(parseRange)) {
    const format = FORMATS[type];
    if (format === undefined) continue;
    const as = parameters.get('as') ?? null;
    if (as === null) return {...PLAIN, format};
    if (transformations.includes(as)) return {format, as, version: parameters.get('v') ?? null};
  }
  throw notAcceptable();
}

/** `application/json;as=Table;v=v1;g=meta.k8s.io` in parts. */
function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const pairs = parameters.map((parameter) => parameter.split('=', 2)).map(([key = '', value = '']) => [key.toLowerCase(), value] as const);
  return {type: type.toLowerCase(), parameters: new Map(pairs)};
}
