import type {ProgramContext} from '../../../model/index.ts';
import {exchange, HttpFailure, portOf} from './http-request.ts';

interface WgetOptions {
  url: string | null;
  output: string | null;
  quiet: boolean;
  spider: boolean;
  serverResponse: boolean;
  insecure: boolean;
  timeoutMs: number | null;
  headers: [string, string][];
  post: string | null;
}

const REDIRECT_LIMIT = 5;

/** BusyBox' wget over the pod's network: its options, messages and exit codes. */
export async function wget(context: ProgramContext): Promise<number> {
  const options = parse(context.args.slice(1));
  if (options.url === null) {
    context.stderr('wget: missing URL\nUsage: wget [-qS] [-O FILE] [-T SEC] [--header STR] [--post-data STR] [--spider] URL\n');
    return 1;
  }
  const url = new URL(/^https?:\/\//.test(options.url) ? options.url : `http://${options.url}`);
  const deadline = options.timeoutMs === null ? null : AbortSignal.timeout(options.timeoutMs);
  try {
    return await download(url, options, context, deadline ? AbortSignal.any([deadline, context.signal]) : context.signal);
  } catch (error) {
    if (deadline?.aborted) context.stderr('wget: download timed out\n');
    else if (error instanceof HttpFailure) context.stderr(`wget: ${describe(error, url)}\n`);
    else throw error;
    return 1;
  }
}

async function download(first: URL, options: WgetOptions, context: ProgramContext, signal: AbortSignal): Promise<number> {
  let url = first;
  for (let redirects = 0; redirects <= REDIRECT_LIMIT; redirects += 1) {
    const body = options.post === null ? null : Buffer.from(options.post);
    const answer = await exchange(
      {
        url,
        method: body ? 'POST' : options.spider ? 'HEAD' : 'GET',
        headers: [
          ['Host', url.host],
          ['User-Agent', 'Wget'],
          ['Connection', 'close'],
          ...(body
            ? [['Content-Length', String(body.length)] as const, ['Content-Type', 'application/x-www-form-urlencoded'] as const]
            : []),
          ...options.headers,
        ],
        body,
        insecure: options.insecure,
        family: null,
        connectTimeoutMs: null,
        connectTo: null,
        signal,
      },
      context.network,
    );
    const {statusCode = 0, statusMessage = '', headers, httpVersion} = answer.message;
    if (!options.quiet) context.stderr(`Connecting to ${url.host} (${answer.address}:${portOf(url)})\n`);
    if (options.serverResponse)
      context.stderr(`  HTTP/${httpVersion} ${statusCode} ${statusMessage}\n${headerLines(answer.message.rawHeaders)}`);
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      answer.connection.destroy();
      url = new URL(headers.location, url);
      continue;
    }
    if (statusCode >= 400) {
      answer.connection.destroy();
      context.stderr(`wget: server returned error: HTTP/${httpVersion} ${statusCode} ${statusMessage}\n`);
      return 1;
    }
    return save(answer.message as AsyncIterable<Uint8Array>, url, options, context).finally(() => answer.connection.destroy());
  }
  context.stderr('wget: too many redirections\n');
  return 1;
}

async function save(body: AsyncIterable<Uint8Array>, url: URL, options: WgetOptions, context: ProgramContext): Promise<number> {
  if (options.spider) {
    if (!options.quiet) context.stderr('remote file exists\n');
    return 0;
  }
  const name = options.output ?? (url.pathname.slice(url.pathname.lastIndexOf('/') + 1) || 'index.html');
  const path = name === '-' ? null : name.startsWith('/') ? name : `${context.workingDir}/${name}`;
  if (path !== null && options.output === null && context.files.exists(path)) {
    context.stderr(`wget: can't open '${name}': File exists\n`);
    return 1;
  }
  if (path !== null) context.files.write(path, '');
  for await (const part of body) {
    if (path === null) context.stdout(part);
    else context.files.append(path, part);
  }
  if (path !== null && !options.quiet) context.stderr(`saving to '${name}'\n'${name}' saved\n`);
  return 0;
}

function headerLines(raw: readonly string[]): string {
  let text = '';
  for (let index = 0; index < raw.length; index += 2) text += `  ${raw[index]}: ${raw[index + 1]}\n`;
  return text;
}

function describe(failure: HttpFailure, url: URL): string {
  if (failure.step === 'resolve') return `bad address '${url.host}'`;
  if (failure.step !== 'connect') return failure.message === 'socket hang up' ? 'error getting response' : failure.message;
  const reason = {
    ECONNREFUSED: 'Connection refused',
    ETIMEDOUT: 'Operation timed out',
    EHOSTUNREACH: 'Host is unreachable',
    ENETUNREACH: 'Network is unreachable',
  }[failure.code];
  return `can't connect to remote host (${url.hostname}): ${reason ?? failure.message}`;
}

function parse(args: readonly string[]): WgetOptions {
  const options: WgetOptions = {
    url: null,
    output: null,
    quiet: false,
    spider: false,
    serverResponse: false,
    insecure: false,
    timeoutMs: null,
    headers: [],
    post: null,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = arg, inline] = /^(--?[^=]+)=(.*)$/s.exec(arg) ?? [];
    const value = () => inline ?? rest.shift() ?? '';
    if (name === '--header') options.headers.push(...splitHeader(value()));
    else if (name === '--post-data') options.post = value();
    else if (name === '--spider') options.spider = true;
    else if (name === '--no-check-certificate') options.insecure = true;
    else if (name === '--timeout') options.timeoutMs = Number(value()) * 1000;
    else if (name === '--output-document') options.output = value();
    else if (name === '--quiet') options.quiet = true;
    else if (name === '--tries') value();
    else if (/^-[a-zA-Z]/.test(arg)) short(arg.slice(1), rest, options);
    else if (!arg.startsWith('-') || arg === '-') options.url = arg;
  }
  return options;
}

function short(letters: string, rest: string[], options: WgetOptions): void {
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters[index] ?? '';
    if (letter === 'q') options.quiet = true;
    if (letter === 'S') options.serverResponse = true;
    if (!'OTtUPo'.includes(letter)) continue;
    const value = letters.slice(index + 1) || (rest.shift() ?? '');
    if (letter === 'O') options.output = value;
    if (letter === 'T') options.timeoutMs = Number(value) * 1000;
    if (letter === 'U') options.headers.push(['User-Agent', value]);
    return;
  }
}

function splitHeader(text: string): [string, string][] {
  const [, name, value] = /^([^:]+):\s*(.*)$/s.exec(text) ?? [];
  return name === undefined ? [] : [[name, value ?? '']];
}
