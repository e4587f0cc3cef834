import {KiadaError} from '../../errors.ts';
import {hostPort} from '../../ip/index.ts';
import type {KiadaReply, Vantage} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import {readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';
import {getHttp} from './get-http.ts';

const TIMEOUT_MS = 5000;

/** Asks Kiada at a node's port for its JSON: one answer made of three Services'. */
export async function askKiada(reach: Reach, source: ClusterSource, from: Vantage): Promise<{url: string; reply: KiadaReply}> {
  const {view} = await readView(source, {namespace: source.namespace, services: ['kiada'], pods: false, nodes: true, events: false});
  const port = view.services.get(`${source.namespace}/kiada`)?.ports[0]?.nodePort ?? 0;
  const host = [...view.nodes.values()][0]?.internalIPs[0] ?? '';
  await reach.prepare(from);
  const {socket} = await reach.dialFrom(from)({host, port}, {timeoutMs: TIMEOUT_MS});
  const {status, body} = await getHttp(socket, {host, port, path: '/json'}, TIMEOUT_MS);
  const url = `http://${hostPort(host, port)}/json`;
  if (status !== 200) throw new KiadaError('UNKNOWABLE', `${url} answers with status ${status}: that is not Kiada`);
  const reply = JSON.parse(body) as Partial<Omit<KiadaReply, 'question'>> & {question?: string | {text?: string}};
  const question = typeof reply.question === 'string' ? reply.question : (reply.question?.text ?? '');
  return {
    url,
    reply: {quote: (reply.quote ?? '').trim(), question, pod: reply.pod ?? '', node: reply.node ?? '', clientIP: reply.clientIP ?? ''},
  };
}
