import type {DatagramSender, ProgramContext} from '../../../model/index.ts';
import {type NcOptions, REASONS} from './nc-options.ts';

interface Place {
  readonly address: string;
  readonly port: number;
}

/** How long answers are waited for once the input has ended, where no -w says it: nothing tells the end of a UDP conversation. */
const LINGER_MS = 1000;

/** nc -u: each part of the input is a datagram, each datagram goes to the output. With -l it talks to whoever spoke first. */
export async function ncUdp(context: ProgramContext, options: NcOptions): Promise<number> {
  if (context.network.openDatagram === undefined) {
    context.stderr('nc: UDP is not supported here\n');
    return 1;
  }
  try {
    return await converse(context, options, options.listen ? null : await target(context, options));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    context.stderr(code === 'ENOTFOUND' ? `nc: bad address '${options.words[0]}'\n` : `nc: ${REASONS[code] ?? code}\n`);
    return 1;
  }
}

async function target(context: ProgramContext, {words}: NcOptions): Promise<Place> {
  const [host = '', port = ''] = words;
  const [address = host] = await context.network.lookup(host);
  return {address, port: Number(port)};
}

async function converse(context: ProgramContext, options: NcOptions, to: Place | null): Promise<number> {
  const {promise: over, resolve: end} = Promise.withResolvers<number>();
  let timer: NodeJS.Timeout | undefined;
  let peer = to;
  const waiting: Uint8Array[] = [];
  const socket = context.network.openDatagram?.({
    port: options.listen ? (options.port ?? Number(options.words.at(-1) ?? 0)) : (options.port ?? 0),
    onMessage(bytes, from) {
      context.stdout(bytes);
      peer ??= from;
      for (const early of waiting.splice(0)) socket.send(early, peer);
      timer?.refresh();
    },
    onRefused: () => {
      if (!options.listen) end(1);
    },
  }) as DatagramSender;
  context.signal.addEventListener('abort', () => end(137), {once: true});
  void speak(context, options, (bytes) => (peer === null ? waiting.push(bytes) : socket.send(bytes, peer))).then(() => {
    if (!options.listen) timer = setTimeout(() => end(0), options.timeoutMs ?? LINGER_MS);
  });
  const code = await over;
  clearTimeout(timer);
  socket.close();
  return code;
}

/** Sends the input on; a scan sends one byte, to see whether it is refused. */
async function speak(context: ProgramContext, {scan}: NcOptions, send: (bytes: Uint8Array) => unknown): Promise<void> {
  if (scan) send(new Uint8Array([10]));
  else for await (const bytes of context.stdin) send(bytes);
}
