import {randomBytes} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {KiadaError} from '../errors.ts';

/** Ports of the doors on 127.0.0.1, kept so that kubeconfigs and scripts go on working after a restart. */
export interface KeptPorts {
  readonly api: number;
  readonly dns: number;
  readonly socks5: number;
}

/** The ports of the last time; zeros (any that is free) the first time. */
export function readPorts(folder: string): KeptPorts {
  const file = path.join(folder, 'ports.json');
  if (!existsSync(file)) return {api: 0, dns: 0, socks5: 0};
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<KeptPorts>;
    return {api: kept.api ?? 0, dns: kept.dns ?? 0, socks5: kept.socks5 ?? 0};
  } catch (error) {
    throw new KiadaError('SANDBOX_DATA_INVALID', `${file} is damaged`, {cause: error});
  }
}

export function keepPorts(folder: string, ports: KeptPorts): void {
  writePrivate(path.join(folder, 'ports.json'), JSON.stringify(ports));
}

/** The administrator's token, made on first use. */
export function readToken(folder: string): string {
  const file = path.join(folder, 'token');
  if (!existsSync(file)) {
    mkdirSync(folder, {recursive: true, mode: 0o700});
    writePrivate(file, randomBytes(32).toString('base64url'));
  }
  return readFileSync(file, 'utf8').trim();
}

/** Writes a file that only its owner can read, whole or not at all. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, text, {mode: 0o600});
  renameSync(draft, file);
}

/** Runs `open` with a kept port, and with any free one where that is taken now. */
export async function onKeptPort<Opened>(port: number, open: (port: number) => Promise<Opened>): Promise<Opened> {
  if (port === 0) return open(0);
  try {
    return await open(port);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    return open(0);
  }
}
