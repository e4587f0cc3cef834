import {canonicalIP} from '../../ip/index.ts';
import type {NetworkOrigin} from '../pod-network.ts';

/**
 * The vantage that a SOCKS5 user name chooses: `outside`, `outside.IP` (with that source address), `node.NAME` or `pod.NAME.NAMESPACE`;
 * null for anything else. Names of nodes and pods may hold dots, those of namespaces cannot.
 */
export function parseSocksUser(user: string): NetworkOrigin | null {
  if (user === 'outside') return {kind: 'Outside'};
  const [kind, rest] = splitAt(user, user.indexOf('.'));
  if (rest === '') return null;
  if (kind === 'outside') {
    const ip = canonicalIP(rest);
    return ip === null ? null : {kind: 'Outside', ip};
  }
  if (kind === 'node') return {kind: 'Node', name: rest};
  if (kind !== 'pod') return null;
  const [name, namespace] = splitAt(rest, rest.lastIndexOf('.'));
  return name === '' || namespace === '' ? null : {kind: 'Pod', namespace, name};
}

function splitAt(text: string, index: number): [string, string] {
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
