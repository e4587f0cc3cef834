import {existsSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';

/** Addresses at which a process takes connections or datagrams, as the kernel's tables have them; null where the system has none. */
export function listeningAddresses(pid: number): readonly string[] | null {
  if (!existsSync('/proc/net/tcp')) return null;
  const own = socketInodes(pid);
  const LISTEN = '0A';
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => own.has(inode ?? '') && (table.startsWith('udp') || state === LISTEN))
      .map(([, local = '']) => `${table} ${addressOf(local)}`),
  );
}

function socketInodes(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`;
  const links = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(join(folder, fd));
    } catch {
      return ''; // closed between the two looks
    }
  });
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** `0100007F:1F90` as `127.0.0.1:8080`: words of four bytes, each the wrong way round. */
function addressOf(text: string): string {
  const [hex = '', port = ''] = text.split(':');
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed());
  const address = words.length === 1 ? bytes.map((byte) => Number.parseInt(byte, 16)).join('.') : bytes.join('');
  return `${address}:${Number.parseInt(port, 16)}`;
}
