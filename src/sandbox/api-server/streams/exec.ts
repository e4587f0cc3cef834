import type {Duplex} from 'node:stream';
import {WebSocketServer} from 'ws';
import {ApiError} from '../../api.ts';
import type {ExecExit, ExecOptions, PodContainer} from '../../pod-runtime.ts';
import {badRequest} from '../errors.ts';

import {isTrue, type UpgradeExchange} from '../http/exchange.ts';
import {type ExecChannels, openExecChannels} from './exec-channels.ts';
import {runtimeOf} from './runtime.ts';

/** In the order that this server likes them. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const MESSAGE_LIMIT = 4 * 1024 * 1024;

const sockets = new WebSocketServer({
  noServer: true,
  maxPayload: MESSAGE_LIMIT,
  handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
});

/** `exec` and `attach` over a WebSocket. Throws ApiError before anything is upgraded where the container cannot be reached. */
export function upgradeExec(exchange: UpgradeExchange): void {
  const {request, socket, head, query, target} = exchange;
  const container = query.get('container') || null;
  checkContainer(exchange, container);
  if (target.subresource === 'exec' && query.getAll('command').length === 0)
    throw badRequest('you must specify at least 1 command for the container');
  if (!['stdin', 'stdout', 'stderr'].some((stream) => isTrue(query.get(stream))))
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  const refusal = runtimeOf(exchange).refusal?.({namespace: target.namespace, name: target.name, container}) ?? null;
  if (refusal !== null) {
    refuseInText(socket, refusal);
    return;
  }
  // a client whose WebSocket was refused tries SPDY: what is wrong with the request was told above, both times
  if (request.headers.upgrade?.toLowerCase() !== 'websocket')
    throw badRequest('unable to upgrade: only WebSocket is served (kubectl 1.30 and newer)');
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  if (!PROTOCOLS.some((protocol) => offered.includes(protocol))) {
    throw badRequest(
      `unable to upgrade: unable to negotiate protocol: client supports ${JSON.stringify(offered)}, server accepts ${JSON.stringify(PROTOCOLS)}`,
    );
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    const gone = new AbortController();
    client.once('close', () => gone.abort());
    void run(exchange, container, openExecChannels(client), AbortSignal.any([gone.signal, exchange.parts.signal]));
  });
}

/** As the kubelet refuses, whose answers are no Status: kubectl puts "unable to upgrade connection" before such a text. */
function refuseInText(socket: Duplex, text: string): void {
  const head = `HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + text);
}

function checkContainer({parts, target}: UpgradeExchange, container: string | null): void {
  const pod = parts.api.get('pods', target.namespace, target.name);
  const spec = (pod?.['spec'] ?? {}) as {
    nodeName?: string;
    containers?: readonly {name: string}[];
    initContainers?: readonly {name: string}[];
  };
  const names = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({name}) => name);
  if (container !== null && !names.includes(container)) throw badRequest(`container ${container} is not valid for pod ${target.name}`);
  if (container === null && (spec.containers ?? []).length > 1 && defaultContainer(pod) === undefined) {
    const list = (spec.containers ?? []).map(({name}) => name).join(' ');
    throw badRequest(`a container name must be specified for pod ${target.name}, choose one of: [${list}]`);
  }
  if ((spec.nodeName ?? '') === '') throw badRequest(`pod ${target.name} does not have a host assigned`);
}

function defaultContainer(pod: {readonly metadata?: {readonly annotations?: Readonly<Record<string, string>>}} | null): string | undefined {
  return pod?.metadata?.annotations?.['kubectl.kubernetes.io/default-container'];
}

async function run(
  {parts, target, query}: UpgradeExchange,
  container: string | null,
  channels: ExecChannels,
  signal: AbortSignal,
): Promise<void> {
  const runtime = runtimeOf({parts});
  const pod: PodContainer = {namespace: target.namespace, name: target.name, container};
  const tty = isTrue(query.get('tty'));
  const options: ExecOptions = {
    command: query.getAll('command'),
    tty,
    stdin: isTrue(query.get('stdin')) ? channels.stdin : null,
    stdout: isTrue(query.get('stdout')) ? channels.stdout : null,
    // a terminal has one stream for both
    stderr: isTrue(query.get('stderr')) && !tty ? channels.stderr : null,
    resize: tty ? channels.resize : null,
  };
  let exit: ExecExit;
  try {
    exit = target.subresource === 'exec' ? await runtime.exec(pod, options, signal) : await runtime.attach(pod, options, signal);
  } catch (error) {
    if (!(error instanceof ApiError)) parts.log(`${target.subresource} ${target.namespace}/${target.name}: ${String(error)}`);
    exit = {kind: 'failed', message: error instanceof Error ? error.message : String(error)};
  }
  await channels.finish(exit);
}
