import {HTTP_DEFAULTS, type ListenConfig, type LocationConfig, type NginxConfig, type Scope, type ServerConfig} from './config.ts';
import {type Context, checkDirective} from './directives.ts';
import {type IncludeFiles, resolveInclude} from './include.ts';
import {readListen} from './listen.ts';
import {readScope} from './read-scope.ts';
import {ConfigError, type Directive, parseConfig} from './syntax.ts';

/** Reads nginx.conf with all that it includes, and `globals` as given with `-g`. Throws ConfigError in nginx's words. */
export function buildConfig(files: IncludeFiles, path: string, globals: string): NginxConfig {
  const build: Build = {files, upstreams: new Map(), logFormats: new Map(), upstreamNames: []};
  const main = expandBlock([...parseConfig(globals, 'command line'), ...parseConfig(readConfig(files, path), path)], 'main', build);
  if (!main.some(({name}) => name === 'events')) throw new ConfigError('no "events" section in configuration');
  const servers = main.filter(({name}) => name === 'http').flatMap((http) => readHttp(http, build));
  return {servers, upstreams: build.upstreams, logFormats: build.logFormats, upstreamNames: build.upstreamNames};
}

interface Build {
  readonly files: IncludeFiles;
  readonly upstreams: Map<string, readonly string[]>;
  readonly logFormats: Map<string, string>;
  readonly upstreamNames: {name: string; file: string; line: number}[];
}

function readConfig(files: IncludeFiles, path: string): string {
  try {
    return files.readText(path);
  } catch {
    throw new ConfigError(`open() "${path}" failed (2: No such file or directory)`);
  }
}

/** The directives of a block that matter, checked, with included files in the place of their `include`. */
function expandBlock(directives: readonly Directive[], context: Context, build: Build, depth = 0): readonly Directive[] {
  if (depth > 10) throw new ConfigError('too many nested includes', directives[0]);
  return directives.flatMap((directive) => {
    if (!checkDirective(directive, context)) return [];
    if (directive.name === 'include') {
      const included = resolveInclude(build.files, directive).flatMap((path) => parseConfig(build.files.readText(path), path));
      return expandBlock(included, context, build, depth + 1);
    }
    if (directive.block === null) return [directive];
    return [{...directive, block: expandBlock(directive.block, directive.name as Context, build, depth)}];
  });
}

function readHttp(http: Directive, build: Build): readonly ServerConfig[] {
  const block = http.block ?? [];
  for (const directive of block) {
    const {name, args} = directive;
    if (name === 'upstream') build.upstreams.set(args[0] ?? '', readUpstream(directive));
    if (name === 'log_format')
      build.logFormats.set(
        args[0] ?? '',
        args
          .slice(1)
          .filter((arg) => !arg.startsWith('escape='))
          .join(''),
      );
  }
  const scope = readScope(block, HTTP_DEFAULTS);
  return block.filter(({name}) => name === 'server').map((server) => readServer(server, scope, build));
}

function readUpstream(upstream: Directive): readonly string[] {
  const servers = (upstream.block ?? []).filter(({name}) => name === 'server').map(({args}) => args[0] ?? '');
  if (servers.length === 0) throw new ConfigError('no servers are inside upstream', upstream);
  return servers.map((server) => (/:\d+$/.test(server) ? server : `${server}:80`));
}

function readServer(server: Directive, around: Scope, build: Build): ServerConfig {
  const block = server.block ?? [];
  const scope = readScope(block, around);
  checkFormat(scope, server, build);
  const listens = block.filter(({name}) => name === 'listen').map(readListen);
  const names = block.filter(({name}) => name === 'server_name').flatMap(({args}) => args);
  if (listens.some(({ssl}) => ssl) && (scope.certificate === null || scope.certificateKey === null)) {
    throw new ConfigError('no "ssl_certificate" is defined for the "listen ... ssl" directive', server);
  }
  checkListens(listens, server);
  const locations = readLocations(
    block.filter(({name}) => name === 'location'),
    scope,
    build,
  );
  return {
    listens: listens.length > 0 ? listens : [readListen({...server, args: ['80']})],
    names: names.length > 0 ? names : [''],
    scope,
    locations,
  };
}

function checkListens(listens: readonly ListenConfig[], server: Directive): void {
  const seen = new Set<string>();
  for (const {host, port} of listens) {
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    if (seen.has(address)) throw new ConfigError(`a duplicate listen ${address}`, server);
    seen.add(address);
  }
}

function readLocations(directives: readonly Directive[], around: Scope, build: Build): readonly LocationConfig[] {
  const seen = new Set<string>();
  return directives.map((directive) => {
    const location = readLocation(directive, around, build);
    const key = `${location.kind === 'prefix-final' ? 'prefix' : location.kind} ${location.path}`;
    if (seen.has(key) && location.kind !== 'regex') throw new ConfigError(`duplicate location "${location.path}"`, directive);
    seen.add(key);
    return location;
  });
}

const KINDS: Readonly<Record<string, LocationConfig['kind']>> = {'=': 'exact', '^~': 'prefix-final', '~': 'regex', '~*': 'regex'};

function readLocation(location: Directive, around: Scope, build: Build): LocationConfig {
  const scope = readScope(location.block ?? [], around);
  checkFormat(scope, location, build);
  noteUpstream(scope, location, build);
  const [first = '', second] = location.args;
  const hasPath = /^https?:\/\/[^/]+\//.test(scope.proxyPass ?? '') && !scope.proxyPass?.includes('$');
  if (hasPath && (first.startsWith('@') || first.startsWith('~'))) {
    const places = 'given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block';
    throw new ConfigError(`"proxy_pass" cannot have URI part in location ${places}`, location);
  }
  if (second === undefined) return {kind: first.startsWith('@') ? 'named' : 'prefix', path: first, pattern: null, scope};
  const kind = Object.hasOwn(KINDS, first) ? KINDS[first] : undefined;
  if (kind === undefined) throw new ConfigError(`invalid location modifier "${first}"`, location);
  return {kind, path: second, pattern: kind === 'regex' ? readPattern(second, first === '~*', location) : null, scope};
}

function readPattern(source: string, ignoreCase: boolean, place: Directive): RegExp {
  try {
    return new RegExp(source, ignoreCase ? 'i' : '');
  } catch (error) {
    throw new ConfigError(`pcre2_compile() failed: ${(error as Error).message}`, place);
  }
}

function checkFormat({accessLog}: Scope, place: Directive, build: Build): void {
  if (accessLog === null || accessLog.format === 'combined' || build.logFormats.has(accessLog.format)) return;
  throw new ConfigError(`unknown log format "${accessLog.format}"`, place);
}

function noteUpstream({proxyPass}: Scope, {file, line}: Directive, build: Build): void {
  if (proxyPass === null || proxyPass.includes('$')) return;
  const name = URL.parse(proxyPass)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (!build.upstreams.has(name) && !/^[\d.]+$|:/.test(name)) build.upstreamNames.push({name, file, line});
}
