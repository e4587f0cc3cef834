import os from 'node:os';
import {find, run} from './process.ts';

/** How each peer says which it is; some say it on stderr, or with an exit code. */
const PEERS: readonly {readonly name: string; readonly args: readonly string[]; readonly version: RegExp}[] = [
  {name: 'nginx', args: ['-v'], version: /nginx\/([\d.]+)/},
  {name: 'wrk', args: ['-v'], version: /wrk (\S+)/},
  {name: 'hey', args: ['-h'], version: /hey\/([\d.]+)/},
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
    found.push({name, version: file === null ? 'missing' : (version.exec(told)?.[1] ?? 'of unknown version')});
  }
  return found;
}

export function machine(): string {
  const cpus = os.cpus();
  return `${cpus.length} × ${cpus[0]?.model.trim() ?? 'unknown'}, ${Math.round(os.totalmem() / 1e9)} GB, ${os.type()} ${os.release().split('-')[0]}, Node ${process.versions.node}`;
}
