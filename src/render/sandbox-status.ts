import type {SandboxStatusResult} from '../model/index.ts';
import {paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {wrap} from './wrap.ts';

/** Where everything of the sandbox is. */
export function renderSandboxStatus(status: SandboxStatusResult, style: {readonly color: boolean; readonly width?: number}): string {
  const paint = paintOf(style.color);
  const title = `sandbox ${plainText(status.name)}`;
  if (!status.running) return `${title}: ${paint.warn('not running')}\n  data         ${plainText(status.dataDir)}`;
  const nodes = status.nodes.map((node) => `${node.name} ${node.zone ?? ''} ${node.addresses[0] ?? ''}${node.ready ? '' : ' not ready'}`);
  const lines = [
    ['context', status.context],
    ['server', status.server ?? '-'],
    ...nodes.map((node, index) => [index === 0 ? 'nodes' : '', node]),
    ...status.nodePorts.map((entry, index) => [index === 0 ? 'node ports' : '', nodePortText(entry)]),
    ['SOCKS5', status.socks5 ? `${status.socks5.address}:${status.socks5.port}  user pod.NAME.NAMESPACE, node.NAME or outside` : '-'],
    ['DNS', status.dns ? `${status.dns.address}:${status.dns.port}  (UDP and TCP)` : '-'],
    ['memory', status.residentBytes === null ? '-' : `${Math.round(status.residentBytes / 1048576)} MB, process ${status.pid}`],
    ['data', status.dataDir],
  ];
  return [
    `${title}: ${paint.good('running')}`,
    ...lines.map(([name = '', value = '']) => wrap(plainText(value), style.width ?? 80, `  ${name.padEnd(12)} `, ' '.repeat(15))),
  ].join('\n');
}

function nodePortText(entry: SandboxStatusResult['nodePorts'][number]): string {
  const where = entry.address === null ? `not on this host: ${entry.why ?? ''}` : `${entry.address}:${entry.port}`;
  const port = entry.protocol === 'TCP' ? `${entry.port}` : `${entry.port}/${entry.protocol}`;
  return `${port} ${entry.service.namespace}/${entry.service.name}  ${where}`;
}
