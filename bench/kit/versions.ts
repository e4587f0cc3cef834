import os from 'node:os';
import {find, run} from './process.ts';

/** How each peer says which it is; some say it on stderr, or with an exit code. */
const PEERS: readonly {readonly name: string; readonly args: readonly string[]; readonly version: RegExp}[] = [
  {name: 'nginx', args: ['-v'], version: /nginx\/([\d.]+)/},
  {name: 'wrk', args: ['-v'], version: /wrk (?:debian\/)?(\d\S*)/},
  {name: 'hey', args: ['-h'], version: /hey\/([\d.]+)/},
  {name: 'go', args: ['version'], version: /go(\d[\d.]*)/},
  {name: 'haproxy', args: ['-v'], version: /version ([\d.]+)/},
  {name: 'coredns', args: ['-version'], version: /CoreDNS-([\d.]+)/},
  {name: 'kubectl', args: ['version', '--client'], version: /Client Version: v?(\S+)/},
];

export async function peerVersions(): Promise<readonly {readonly name: string; readonly version: string}[]> {
  const found: {name: string; version: string}[] = [];
  for (const {name, args, version} of PEERS) {
    const file = find(name);
    const told =
      file === null
        ? ''
        : await run(file, args, {timeoutMs: 10_000}).then(
            ({stdout, stderr}) => stdout + stderr,
            (error: Error) => error.message,
          );
    const known = version.exec(told)?.[1] ?? (file === null ? null : await moduleVersion(file));
    found.push({name, version: file === null ? 'missing' : (known ?? 'of unknown version')});
  }
  return found;
}

/** Go programs carry the version of the module that they were installed from. */
async function moduleVersion(file: string): Promise<string | null> {
  const go = find('go');
  if (go === null) return null;
  const told = await run(go, ['version', '-m', file]).catch(() => null); // no Go program
  return /^\tmod\t\S+\tv(\S+)/m.exec(told?.stdout ?? '')?.[1] ?? null;
}

export function machine(): string {
  const cpus = os.cpus();
  return `${cpus.length} × ${cpus[0]?.model.trim() ?? 'unknown'}, ${Math.round(os.totalmem() / 1e9)} GB, ${os.type()} ${os.release().split('-')[0]}, Node ${process.versions.node}`;
}
