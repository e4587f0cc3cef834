import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {accepts, freePort} from './free-port.ts';
import {find, type Service, start, until} from './process.ts';

export interface Haproxy extends Service {
  readonly port: number;
}

/** HAProxy in TCP mode with one thread, on the core of the servers; null where it is missing. */
export async function startHaproxy(folder: string, to: number): Promise<Haproxy | null> {
  const haproxy = find('haproxy');
  if (haproxy === null) return null;
  const port = await freePort();
  const file = path.join(folder, `haproxy-${port}.cfg`);
  writeFileSync(
    file,
    `global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen bench
  bind 127.0.0.1:${port}
  server behind 127.0.0.1:${to}
`,
  );
  const service = start(haproxy, ['-f', file, '-db'], {core: 0});
  await until(() => accepts(port), 'HAProxy');
  return {...service, port};
}
