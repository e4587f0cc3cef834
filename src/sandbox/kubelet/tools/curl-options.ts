/** What a curl command line asks for. */
export interface CurlOptions {
  readonly urls: readonly string[];
  readonly silent: boolean;
  readonly showError: boolean;
  readonly include: boolean;
  readonly head: boolean;
  readonly verbose: boolean;
  readonly follow: boolean;
  readonly insecure: boolean;
  readonly fail: boolean;
  readonly output: string | null;
  readonly remoteName: boolean;
  readonly writeOut: string | null;
  readonly method: string | null;
  readonly data: readonly string[];
  readonly asQuery: boolean;
  readonly headers: readonly string[];
  readonly user: string | null;
  readonly userAgent: string | null;
  readonly maxTimeMs: number | null;
  readonly connectTimeoutMs: number | null;
  readonly family: 4 | 6 | null;
  readonly resolve: readonly string[];
  readonly retries: number;
}

type Draft = {-readonly [Field in keyof CurlOptions]: CurlOptions[Field]};
type Setter = (draft: Draft, value: string) => void;

const FLAGS: Readonly<Record<string, (draft: Draft) => void>> = {
  s: (draft) => set(draft, {silent: true}),
  S: (draft) => set(draft, {showError: true}),
  i: (draft) => set(draft, {include: true}),
  I: (draft) => set(draft, {head: true}),
  v: (draft) => set(draft, {verbose: true}),
  L: (draft) => set(draft, {follow: true}),
  k: (draft) => set(draft, {insecure: true}),
  f: (draft) => set(draft, {fail: true}),
  O: (draft) => set(draft, {remoteName: true}),
  G: (draft) => set(draft, {asQuery: true}),
  '4': (draft) => set(draft, {family: 4}),
  '6': (draft) => set(draft, {family: 6}),
  N: () => {},
  g: () => {},
};

const VALUES: Readonly<Record<string, Setter>> = {
  o: (draft, output) => set(draft, {output}),
  w: (draft, writeOut) => set(draft, {writeOut}),
  X: (draft, method) => set(draft, {method}),
  d: (draft, value) => set(draft, {data: [...draft.data, value]}),
  H: (draft, value) => set(draft, {headers: [...draft.headers, value]}),
  u: (draft, user) => set(draft, {user}),
  A: (draft, userAgent) => set(draft, {userAgent}),
  m: (draft, value) => set(draft, {maxTimeMs: Number(value) * 1000}),
  connect: (draft, value) => set(draft, {connectTimeoutMs: Number(value) * 1000}),
  resolve: (draft, value) => set(draft, {resolve: [...draft.resolve, value]}),
  retry: (draft, value) => set(draft, {retries: Number(value)}),
  json: (draft, value) =>
    set(draft, {data: [...draft.data, value], headers: [...draft.headers, 'Content-Type: application/json', 'Accept: application/json']}),
  ignored: () => {},
};

const LONG: Readonly<Record<string, string>> = {
  silent: 's',
  'show-error': 'S',
  include: 'i',
  head: 'I',
  verbose: 'v',
  location: 'L',
  insecure: 'k',
  fail: 'f',
  'fail-with-body': 'f',
  'remote-name': 'O',
  get: 'G',
  ipv4: '4',
  ipv6: '6',
  'no-buffer': 'N',
  globoff: 'g',
  'no-progress-meter': 's',
  output: 'o',
  'write-out': 'w',
  request: 'X',
  data: 'd',
  'data-raw': 'd',
  'data-binary': 'd',
  'data-ascii': 'd',
  header: 'H',
  user: 'u',
  'user-agent': 'A',
  'max-time': 'm',
  'connect-timeout': 'connect',
  resolve: 'resolve',
  retry: 'retry',
  json: 'json',
  'retry-delay': 'ignored',
  cacert: 'ignored',
  compressed: 'N',
  'http1.1': 'N',
  'retry-connrefused': 'N',
  noproxy: 'ignored',
};

/** Reads a command line; a text for what curl would refuse. */
export function parseCurl(args: readonly string[]): CurlOptions | string {
  const draft: Draft = {
    urls: [],
    silent: false,
    showError: false,
    include: false,
    head: false,
    verbose: false,
    follow: false,
    insecure: false,
    fail: false,
    output: null,
    remoteName: false,
    writeOut: null,
    method: null,
    data: [],
    asQuery: false,
    headers: [],
    user: null,
    userAgent: null,
    maxTimeMs: null,
    connectTimeoutMs: null,
    family: null,
    resolve: [],
    retries: 0,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const problem = arg.startsWith('--') && arg.length > 2 ? long(arg, rest, draft) : /^-./.test(arg) ? short(arg, rest, draft) : null;
    if (problem !== null) return problem;
    if (!/^-./.test(arg)) draft.urls = [...draft.urls, arg];
  }
  return draft.urls.length > 0 ? draft : 'curl: (2) no URL specified';
}

function long(arg: string, rest: string[], draft: Draft): string | null {
  const [, name = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
  const key = LONG[name] ?? '';
  return apply(key, inline ?? null, `--${name}`, rest, draft);
}

function short(arg: string, rest: string[], draft: Draft): string | null {
  for (let index = 1; index < arg.length; index += 1) {
    const key = arg[index] ?? '';
    const attached = arg.slice(index + 1);
    const problem = apply(key, Object.hasOwn(VALUES, key) && attached !== '' ? attached : null, `-${key}`, rest, draft);
    if (problem !== null) return problem;
    if (Object.hasOwn(VALUES, key)) return null;
  }
  return null;
}

function apply(key: string, given: string | null, shown: string, rest: string[], draft: Draft): string | null {
  const flag = Object.hasOwn(FLAGS, key) ? FLAGS[key] : undefined;
  if (flag) {
    flag(draft);
    return null;
  }
  const setter = Object.hasOwn(VALUES, key) ? VALUES[key] : undefined;
  if (!setter) return `curl: option ${shown}: is unknown`;
  const value = given ?? rest.shift();
  if (value === undefined) return `curl: option ${shown}: requires parameter`;
  setter(draft, value);
  return null;
}

function set(draft: Draft, change: Partial<CurlOptions>): void {
  Object.assign(draft, change);
}
