import http from 'node:http';
import type {Duplex} from 'node:stream';
import {KiadaError} from '../../errors.ts';
import {hostPort} from '../../ip/index.ts';
import type {KiadaReply} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import {readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';

const TIMEOUT_MS = 5000;

/** Asks Kiada from outside, at a node's port, for its JSON: one answer made of three Services'. */
export async function askKiada(reach: Reach, source: ClusterSource): Promise<{url: string; reply: KiadaReply}> {
  const {view} = await readView(source, {namespace: source.namespace, services: ['kiada'], pods: false, nodes: true, events: false});
  const port = view.services.get(`${source.namespace}/kiada`)?.ports[0]?.nodePort ?? 0;
  const host = [...view.nodes.values()][0]?.internalIPs[0] ?? '';
  const {socket} = await reach.dialFrom({kind: 'Outside'})({host, port}, {timeoutMs: TIMEOUT_MS});
  const body = await get(socket, host, port);
  const reply = JSON.parse(body) as Partial<Omit<KiadaReply, 'question'>> & {question?: string | {text?: string}};
  const question = typeof reply.question === 'string' ? reply.question : (reply.question?.text ?? '');
  return {
    url: `http://${hostPort(host, port)}/json`,
    reply: {quote: (reply.quote ?? '').trim(), question, pod: reply.pod ?? '', node: reply.node ?? '', clientIP: reply.clientIP ?? ''},
  };
}

function get(socket: Duplex, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get({
      host,
      port,
      path: '/json',
      createConnection: () => socket,

      timeout: TIMEOUT_MS,
      headers: {connection: 'close'},
    });
    request.on('timeout', () => request.destroy(new KiadaError('TIMED_OUT', 'Kiada did not answer in time')));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
  });
}
