import type {ErrorPage, Scope} from './config.ts';
import {ConfigError, type Directive} from './syntax.ts';
import {checkVariables} from './variables.ts';

type Draft = {-readonly [Key in keyof Scope]: Scope[Key]};
type Setter = (draft: Draft, directive: Directive, args: readonly [string, string, ...string[]]) => void;

/** The settings of one block over those of the block around it. List settings replace what is inherited, as nginx has it. */
export function readScope(directives: readonly Directive[], around: Scope): Scope {
  const draft: Draft = {...around, returns: null, tryFiles: null, proxyPass: null, alias: null, internal: false};
  const replaced = new Set<string>();
  for (const directive of directives) {
    const setter = Object.hasOwn(SETTERS, directive.name) ? SETTERS[directive.name] : undefined;
    if (setter === undefined) continue;
    if (LISTS.has(directive.name) && !replaced.has(directive.name)) {
      replaced.add(directive.name);
      clearList(draft, directive.name);
    }
    for (const arg of directive.args) checkVariables(arg);
    setter(draft, directive, directive.args as unknown as readonly [string, string, ...string[]]);
  }
  return draft;
}

const LISTS = new Set(['add_header', 'error_page', 'proxy_set_header', 'types']);

function clearList(draft: Draft, name: string): void {
  if (name === 'add_header') draft.addHeaders = [];
  else if (name === 'error_page') draft.errorPages = [];
  else if (name === 'proxy_set_header') draft.proxyHeaders = [];
  else draft.types = new Map();
}

const SETTERS: Readonly<Record<string, Setter>> = {
  root: (draft, _directive, [path]) => {
    draft.root = inPrefix(path, '/etc/nginx/');
  },
  alias: (draft, _directive, [path]) => {
    draft.alias = inPrefix(path, '/etc/nginx/');
  },
  index: (draft, _directive, args) => {
    draft.index = args;
  },
  autoindex: (draft, directive, [value]) => {
    if (value !== 'on' && value !== 'off')
      throw new ConfigError(`invalid value "${value}" in "autoindex" directive, it must be "on" or "off"`, directive);
    draft.autoindex = value === 'on';
  },
  default_type: (draft, _directive, [type]) => {
    draft.defaultType = type;
  },
  types: (draft, directive) => {
    const pairs = (directive.block ?? []).flatMap(({name, args}) => args.map((extension) => [extension, name] as const));
    draft.types = new Map([...draft.types, ...pairs]);
  },
  add_header: (draft, directive, [name, value, always]) => {
    if (always !== undefined && always !== 'always') throw new ConfigError(`invalid parameter "${always}"`, directive);
    draft.addHeaders = [...draft.addHeaders, {name, value, always: always === 'always'}];
  },
  error_page: (draft, directive, args) => {
    draft.errorPages = [...draft.errorPages, readErrorPage(args, directive)];
  },
  access_log: (draft, _directive, [path, format]) => {
    draft.accessLog = path === 'off' ? null : {path, format: format ?? 'combined'};
  },
  client_max_body_size: (draft, directive, [size]) => {
    const bytes = readSize(size, directive);
    draft.maxBodyBytes = bytes === 0 ? Number.POSITIVE_INFINITY : bytes;
  },
  proxy_set_header: (draft, _directive, [name, value]) => {
    draft.proxyHeaders = [...draft.proxyHeaders, {name, value}];
  },
  proxy_read_timeout: (draft, directive, [time]) => {
    draft.proxyTimeoutMs = readTime(time, directive);
  },
  keepalive_timeout: (draft, directive, [time]) => {
    draft.keepAliveMs = readTime(time, directive);
  },
  ssl_certificate: (draft, _directive, [path]) => {
    draft.certificate = inPrefix(path, '/etc/nginx/');
  },
  ssl_certificate_key: (draft, _directive, [path]) => {
    draft.certificateKey = inPrefix(path, '/etc/nginx/');
  },
  internal: (draft) => {
    draft.internal = true;
  },
  return: (draft, directive, [first, text]) => {
    const status = Number(first);
    if (/^\d{3}$/.test(first)) draft.returns ??= {status, text: text ?? null};
    else if (/^(https?:|\$scheme)/.test(first) && text === undefined) draft.returns ??= {status: 302, text: first};
    else throw new ConfigError(`invalid return code "${first}"`, directive);
  },
  try_files: (draft, _directive, args) => {
    draft.tryFiles = args;
  },
  proxy_pass: (draft, directive, [url]) => {
    if (!/^https?:\/\/./.test(url)) throw new ConfigError('invalid URL prefix', directive);
    draft.proxyPass = url;
  },
};

function inPrefix(path: string, prefix: string): string {
  return path.startsWith('/') || path.startsWith('$') ? path : prefix + path;
}

function readErrorPage(args: readonly string[], directive: Directive): ErrorPage {
  const target = args.at(-1) ?? '';
  const answer = args.find((arg) => arg.startsWith('='));
  const statuses = args.slice(0, -1).filter((arg) => arg !== answer);
  for (const status of statuses) if (!/^[345]\d\d$/.test(status)) throw new ConfigError(`invalid value "${status}"`, directive);
  return {statuses: statuses.map(Number), target, answer: answer === undefined ? null : Number(answer.slice(1))};
}

function readSize(text: string, directive: Directive): number {
  const match = /^(\d+)([kKmMgG]?)$/.exec(text);
  if (match === null) throw new ConfigError(`"${directive.name}" directive invalid value`, directive);
  const power = ['', 'k', 'm', 'g'].indexOf((match[2] ?? '').toLowerCase());
  return Number(match[1]) * 1024 ** power;
}

function readTime(text: string, directive: Directive): number {
  const match = /^(\d+)(ms|s|m|h|d)?$/.exec(text);
  if (match === null) throw new ConfigError(`"${directive.name}" directive invalid value`, directive);
  const unit = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000}[match[2] ?? 's'] ?? 1000;
  return Number(match[1]) * unit;
}
