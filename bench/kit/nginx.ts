import {mkdirSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {accepts, freePort} from './free-port.ts';
import {find, type Service, start, until} from './process.ts';

export interface Nginx extends Service {
  readonly port: number;
  readonly log: string;
}

/** What goes into the `http` and `server` blocks beside the usual. */
export interface NginxOptions {
  readonly http?: string;
  readonly server?: string;
  readonly location?: string;
  readonly logged?: boolean;
}

/** nginx with one worker on a loopback port; null where it is missing. */
export async function startNginx(folder: string, name: string, options: NginxOptions = {}): Promise<Nginx | null> {
  const nginx = find('nginx');
  if (nginx === null) return null;
  const port = await freePort();
  const own = path.join(folder, name);
  mkdirSync(own, {recursive: true});
  const log = path.join(own, 'access.log');
  // a worker that root starts would be nobody, to whom this folder is closed
  const user = process.getuid?.() === 0 ? `user ${os.userInfo().username};` : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${own}/${kind};`).join(' ');
  writeFileSync(path.join(own, 'body.txt'), 'x'.repeat(600));
  writeFileSync(
    path.join(own, 'nginx.conf'),
    `daemon off; ${user} worker_processes 1; pid ${own}/nginx.pid; error_log ${own}/error.log crit;
events { worker_connections 4096; }
http {
  ${temporary}
  log_format counted '$status $bytes_sent $request_length';
  access_log ${options.logged ? `${log} counted` : 'off'};
  keepalive_requests 1000000000;
  ${options.http ?? ''}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    root ${own};
    ${options.server ?? ''}
    location / { ${options.location ?? 'try_files /body.txt =404;'} }
  }
}
`,
  );
  const service = start(nginx, ['-p', own, '-c', path.join(own, 'nginx.conf')], {core: 0});
  await until(() => accepts(port), 'nginx');
  return {...service, port, log};
}
