import {existsSync, readFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {KiadaError} from '../errors.ts';
import {isDaemon} from './daemon-process.ts';

/** Where a sandbox keeps what it keeps. */
export interface SandboxFiles {
  readonly name: string;
  readonly dataDir: string;
  /** Written by the daemon when it is ready, removed when it ends. */
  readonly state: string;
  readonly log: string;
  /** Holds the daemon's process id from its start to its end. */
  readonly lock: string;
}

/** What the daemon writes about itself; only its owner can read it. */
export interface SandboxState {
  readonly pid: number;
  readonly startedAt: string;
  readonly version: string;
  readonly server: string;
  readonly certificateAuthority: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
  readonly token: string;
  readonly dns: {readonly address: string; readonly port: number};
  readonly socks5: {readonly address: string; readonly port: number};
}

const NAME_RULE = 'a sandbox name is a DNS label: lower-case letters, digits and dashes, 63 at the most';

/** The files of the sandbox of that name. Throws USAGE for a name that is no DNS label. */
export function sandboxFiles(name: string, dataDir: string | undefined): SandboxFiles {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw new KiadaError('USAGE', `"${name}" is no name for a sandbox`, {hint: NAME_RULE});
  }
  const folder = path.resolve(dataDir ?? path.join(dataHome(), 'kiada', 'sandboxes', name));
  return {
    name,
    dataDir: folder,
    state: path.join(folder, 'daemon.json'),
    log: path.join(folder, 'daemon.log'),
    lock: path.join(folder, 'daemon.lock'),
  };
}

function dataHome(): string {
  if (process.env['XDG_DATA_HOME']) return process.env['XDG_DATA_HOME'];
  if (process.platform === 'win32' && process.env['LOCALAPPDATA']) return process.env['LOCALAPPDATA'];
  return path.join(os.homedir(), '.local', 'share');
}

/** Whether the folder holds the state of a sandbox, running or not; an empty one, or one whose sandbox never came up, does not. */
export function holdsSandbox(files: SandboxFiles): boolean {
  return existsSync(path.join(files.dataDir, 'cluster.db'));
}

/** What the running daemon wrote, or null where none runs. */
export function readState(files: SandboxFiles): SandboxState | null {
  if (!existsSync(files.state)) return null;
  try {
    const state = JSON.parse(readFileSync(files.state, 'utf8')) as SandboxState;
    return isDaemon(state.pid) ? state : null;
  } catch {
    return null; // half-written by a daemon that was killed while it started: as good as none
  }
}

/** The process that holds the folder: it runs the sandbox, or is about to, or is ending; null where there is none. */
export function lockOwner(files: SandboxFiles): number | null {
  if (!existsSync(files.lock)) return null;
  const owner = Number(readFileSync(files.lock, 'utf8'));
  return owner > 0 && isDaemon(owner) ? owner : null;
}

/** The context's name in kubeconfigs: `kiada-sandbox`, with the name behind it where it is not the default. */
export function contextName(name: string): string {
  return name === 'default' ? 'kiada-sandbox' : `kiada-sandbox-${name}`;
}
