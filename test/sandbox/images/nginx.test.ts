import type {OutgoingHttpHeaders} from 'node:http';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {requestHttp} from '../../../src/program/index.ts';
import {NGINX_FILES} from '../../../src/sandbox/images/nginx/default-files.ts';
import {nginx} from '../../../src/sandbox/images/nginx/program.ts';
import {findSetup} from '../../../src/suite/index.ts';
import {eventually, MemoryNetwork, memoryFiles, type RunningProgram, runProgram} from '../../program/memory-host.ts';
import {plainServer} from '../../suite/plain-server.ts';

const SITE = '/usr/share/nginx/html';
let network: MemoryNetwork;
let running: RunningProgram | null = null;

beforeEach(() => {
  network = new MemoryNetwork();
});
afterEach(async () => {
  running?.kill();
  await running?.exited;
  running = null;
});

function start(conf: string | null, files: Readonly<Record<string, string>> = {}): RunningProgram {
  const own = conf === null ? {} : {'/etc/nginx/conf.d/default.conf': conf};
  running = runProgram(nginx, {
    network: network.host('10.0.0.1', 'web'),
    args: ['nginx', '-g', 'daemon off;'],
    hostname: 'quote-001',
    files: memoryFiles({...NGINX_FILES, ...own, ...files}),
  });
  return running;
}

async function call(path: string, options: {method?: string; headers?: OutgoingHttpHeaders; body?: Buffer; port?: number} = {}) {
  const {port = 80, ...rest} = options;
  const url = `http://web:${port}${path}`;
  const {status, headers, body} = await eventually(() =>
    requestHttp(network.host('10.0.0.9'), {url, timeoutMs: 3000, ...rest}).catch(() => null),
  );
  return {status, headers, text: body.toString()};
}

describe('nginx with the configuration of its image', () => {
  test('serves its welcome page, and says in each reply that it is nginx', async () => {
    start(null);
    const answer = await call('/');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('Welcome to nginx!');
    expect([answer.headers['content-type'], answer.headers.server]).toEqual(['text/html', 'nginx/1.29.3']);
  });

  test('serves a file without extension as bytes, with length, date, tag and ranges', async () => {
    start(null, {[`${SITE}/quote`]: 'Count the endpoints.\n'});
    const {headers, text} = await call('/quote');
    expect(text).toBe('Count the endpoints.\n');
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '21',
      'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
      etag: '"695735a5-15"',
      'accept-ranges': 'bytes',
    });
  });

  test('answers 404 with its page and logs both lines for a file that is not there', async () => {
    const program = start(null);
    const answer = await call('/quote');
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html']);
    expect(answer.text).toContain('<h1>404 Not Found</h1>');
    await eventually(() => program.output().includes('"GET /quote HTTP/1.1" 404'));
    expect(program.output()).toMatch(/10\.0\.0\.9 - - \[\d\d\/\w{3}\/\d{4}:[\d:]+ \+0000\] "GET \/quote HTTP\/1\.1" 404 \d+ "-" "-" "-"/);
    expect(program.output()).toMatch(
      /\[error\] 1#1: \*\d+ open\(\) "\/usr\/share\/nginx\/html\/quote" failed \(2: No such file or directory\), client: 10\.0\.0\.9/,
    );
  });

  const conditions: readonly [string, OutgoingHttpHeaders, number, string][] = [
    ['the tag that it has', {'If-None-Match': '"695735a5-6"'}, 304, ''],
    ['another tag', {'If-None-Match': '"1-6"'}, 200, 'abcdef'],
    ['the date that it has', {'If-Modified-Since': 'Fri, 02 Jan 2026 03:04:05 GMT'}, 304, ''],
    ['a range', {Range: 'bytes=1-2'}, 206, 'bc'],
    ['the last bytes', {Range: 'bytes=-2'}, 206, 'ef'],
    ['a range from the middle', {Range: 'bytes=4-'}, 206, 'ef'],
  ];
  for (const [name, headers, status, text] of conditions) {
    test(`answers a request for ${name} with ${status}`, async () => {
      start(null, {[`${SITE}/a.txt`]: 'abcdef'});
      const answer = await call('/a.txt', {headers});
      expect([answer.status, answer.text]).toEqual([status, text]);
    });
  }

  test('answers a range outside of the file with 416', async () => {
    start(null, {[`${SITE}/a.txt`]: 'abcdef'});
    const answer = await call('/a.txt', {headers: {Range: 'bytes=10-20'}});
    expect([answer.status, answer.headers['content-range']]).toEqual([416, 'bytes */6']);
  });

  test('gives HEAD the headers and no body', async () => {
    start(null, {[`${SITE}/a.txt`]: 'abcdef'});
    const answer = await call('/a.txt', {method: 'HEAD'});
    expect([answer.status, answer.headers['content-length'], answer.text]).toEqual([200, '6', '']);
  });

  test('refuses to POST to a file', async () => {
    start(null, {[`${SITE}/a.txt`]: 'abcdef'});
    expect((await call('/a.txt', {method: 'POST', body: Buffer.from('x')})).status).toBe(405);
  });

  test('redirects a folder to its path with a slash, and forbids to list one', async () => {
    start(null, {[`${SITE}/sub/a.txt`]: 'a'});
    const answer = await call('/sub');
    expect([answer.status, answer.headers.location]).toEqual([301, 'http://web/sub/']);
    expect((await call('/sub/')).status).toBe(403);
  });

  test('leads nobody out of its folder', async () => {
    start(null);
    for (const path of ['/../../etc/nginx/nginx.conf', '/%2e%2e/%2e%2e/etc/nginx/nginx.conf', '/a/../../etc/passwd']) {
      expect([400, 404], path).toContain((await call(path)).status);
    }
  });

  test('ends with 0 on SIGTERM', async () => {
    const program = start(null);
    await call('/');
    program.signalled('SIGTERM');
    expect(await program.exited).toBe(0);
  });
});

describe('nginx with a configuration of its own', () => {
  test('names its pod in each reply of our Quote, errors included', async () => {
    const config = findSetup('quote')?.objects.find((object) => object.kind === 'ConfigMap')?.['data'] as {'default.conf': string};
    start(config['default.conf'], {[`${SITE}/quote`]: 'One.\n', [`${SITE}/index.html`]: 'index'});
    expect((await call('/quote')).headers).toMatchObject({
      'x-kiada-pod': 'quote-001',
      'content-type': 'text/plain',
      'cache-control': 'no-store',
    });
    expect((await call('/')).headers['x-kiada-pod']).toBe('quote-001');
    for (const path of ['/quote', '/', '/nowhere']) expect((await call(path)).headers['x-kiada-client'], path).toMatch(/^[\d.]+$/);
    expect((await call('/nowhere')).headers['x-kiada-pod']).toBe('quote-001');
    expect((await call('/healthz/ready')).text).toBe('Ready\n');
  });

  test('chooses exact locations before patterns before prefixes, but for a final prefix', async () => {
    start(`server {
      listen 80;
      location / { return 200 root; }
      location /images/ { return 200 prefix; }
      location ^~ /final/ { return 200 final; }
      location ~* \\.(png|jpg)$ { return 200 pattern; }
      location = /images/one.png { return 200 exact; }
    }`);
    const texts = [];
    for (const path of ['/x', '/images/a', '/images/a.PNG', '/images/one.png', '/final/a.png']) texts.push((await call(path)).text);
    expect(texts).toEqual(['root', 'prefix', 'pattern', 'exact', 'final']);
  });

  test('chooses the server by Host, and the first one for a name that it does not know', async () => {
    start(`server { listen 80; server_name one.test; return 200 one; }
      server { listen 80; server_name *.two.test; return 200 two; }
      server { listen 8080; return 200 other; }`);
    expect((await call('/', {headers: {Host: 'a.two.test'}})).text).toBe('two');
    expect((await call('/', {headers: {Host: 'nobody.test'}})).text).toBe('one');
    expect((await call('/', {port: 8080})).text).toBe('other');
  });

  test('tries files in order, then the fallback', async () => {
    start(
      `server { listen 80; root /site; location / { try_files $uri $uri.html /fallback.html; } location /strict/ { try_files $uri =404; } }`,
      {'/site/a.html': 'a', '/site/fallback.html': 'fallback'},
    );
    expect([(await call('/a.html')).text, (await call('/a')).text, (await call('/b')).text]).toEqual(['a', 'a', 'fallback']);
    expect((await call('/strict/x')).status).toBe(404);
  });

  test('shows an error page of the site with the status kept, or with another', async () => {
    start(`server { listen 80; root /site; error_page 404 /404.html; location /soft/ { error_page 404 =200 /404.html; } }`, {
      '/site/404.html': 'not here',
    });
    expect(await call('/x')).toMatchObject({status: 404, text: 'not here'});
    expect(await call('/soft/x')).toMatchObject({status: 200, text: 'not here'});
  });

  test('redirects, and fills in variables', async () => {
    start(
      `server { listen 80; location /old { return 301 https://$host/new$is_args$args; } location /who { return 200 "$remote_addr $hostname $request_method $arg_x"; } }`,
    );
    expect((await call('/old?a=1')).headers.location).toBe('https://web/new?a=1');
    expect((await call('/who?x=7')).text).toBe('10.0.0.9 quote-001 GET 7');
  });

  test('sends a client on to its own port, not to the one that the client named', async () => {
    start('server { listen 8080; location / { return 301 /new; } }');
    expect((await call('/', {port: 8080, headers: {Host: 'kiada.test:30080'}})).headers.location).toBe('http://kiada.test:8080/new');
  });

  test('refuses a body over the size of its location', async () => {
    start('server { listen 80; location /small { client_max_body_size 3; proxy_pass http://quiz; } }');
    const answer = await call('/small', {method: 'POST', body: Buffer.from('abcd'), headers: {'Content-Length': 4}});
    expect([answer.status, answer.text.includes('413 Request Entity Too Large')]).toEqual([413, true]);
  });

  test('passes requests on, with and without a path of its own, and the headers that it is told to set', async () => {
    plainServer(network.host('10.0.0.3', 'quiz'), 80, (request, response) => {
      response.setHeader('X-From', 'quiz');
      response.end(`${request.method} ${request.url} ${request.headers.host} ${request.headers['x-real-ip'] ?? '-'}`);
    });
    start(`server { listen 80;
      location /plain/ { proxy_pass http://quiz; }
      location /cut/ { proxy_pass http://quiz/api/; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; }
    }`);
    expect(await call('/plain/a?b=1')).toMatchObject({status: 200, text: 'GET /plain/a?b=1 quiz -'});
    const answer = await call('/cut/a?b=1');
    expect(answer.text).toBe('GET /api/a?b=1 web 10.0.0.9');
    expect([answer.headers['x-from'], answer.headers.server]).toEqual(['quiz', 'nginx/1.29.3']);
  });

  test('answers 502 where the server that it passes requests to refuses', async () => {
    start('server { listen 80; location / { proxy_pass http://quiz; } }');
    expect((await call('/')).status).toBe(502);
  });

  test('takes the servers of an upstream in turn', async () => {
    for (const name of ['one', 'two']) plainServer(network.host(name), 80, (_request, response) => response.end(name));
    start('upstream both { server one; server two:80; } server { listen 80; location / { proxy_pass http://both; } }');
    const seen = [(await call('/')).text, (await call('/')).text, (await call('/')).text, (await call('/')).text];
    expect(seen.toSorted()).toEqual(['one', 'one', 'two', 'two']);
  });
});

describe('a configuration that nginx cannot use', () => {
  const broken: readonly [string, string, string][] = [
    ['an unknown directive', 'server { liste 80; }', 'unknown directive "liste" in /etc/nginx/conf.d/default.conf:1'],
    ['a directive in the wrong place', 'listen 80;', '"listen" directive is not allowed here in /etc/nginx/conf.d/default.conf:1'],
    ['a missing semicolon', 'server {\n  listen 80\n}', 'unexpected "}" in /etc/nginx/conf.d/default.conf:3'],
    ['a missing brace', 'server {\n  listen 80;\n', 'unexpected end of file, expecting "}" in /etc/nginx/conf.d/default.conf:3'],
    ['an unknown variable', 'server { return 200 $nothing; }', 'unknown "nothing" variable\n'],
    ['too many arguments', 'server { root /a /b; }', 'invalid number of arguments in "root" directive in /etc/nginx/conf.d/default.conf:1'],
    [
      'a file to include that is not there',
      'include /etc/nginx/x.conf;',
      'open() "/etc/nginx/x.conf" failed (2: No such file or directory) in /etc/nginx/conf.d/default.conf:1',
    ],
    ['a directive that this one does not have', 'server { auth_basic on; }', 'directive "auth_basic" is not available'],
    [
      'a quote that is not closed',
      'server { return 200 "abc; }',
      'unexpected end of file, expecting ";" or "}" in /etc/nginx/conf.d/default.conf:1',
    ],
    ['the same address twice', 'server { listen 80; listen 80; }', 'a duplicate listen 0.0.0.0:80 in /etc/nginx/conf.d/default.conf:1'],
    [
      'a name to pass requests to that does not resolve',
      'server { location / { proxy_pass http://nobody; } }',
      'host not found in upstream "nobody" in /etc/nginx/conf.d/default.conf:1',
    ],
    ['an unknown log format', 'server { access_log /dev/stdout own; }', 'unknown log format "own"'],
  ];
  for (const [name, conf, message] of broken) {
    test(`is refused at the start for ${name}`, async () => {
      const program = start(conf);
      expect(await program.exited).toBe(1);
      expect(program.output()).toContain(`nginx: [emerg] ${message}`);
    });
  }

  test('is refused for a port that is taken', async () => {
    start(null);
    await call('/');
    const second = runProgram(nginx, {network: network.host('10.0.0.1', 'web'), args: ['nginx'], files: memoryFiles(NGINX_FILES)});
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain('98: Address already in use');
  });

  test('is told by nginx -t, and a good one too', async () => {
    const host = {network: network.host('10.0.0.1'), args: ['nginx', '-t'], files: memoryFiles(NGINX_FILES)};
    const good = runProgram(nginx, host);
    expect(await good.exited).toBe(0);
    expect(good.output()).toContain('test is successful');
  });
});
