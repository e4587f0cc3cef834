import type {Connection, ProgramContext} from '../../../model/index.ts';
import {type NcOptions, parseNc, REASONS} from './nc-options.ts';
import {ncUdp} from './nc-udp.ts';

/** netcat over the pod's network: connects and talks, only looks (-z), or listens (-l). */
export async function nc(context: ProgramContext): Promise<number> {
  const options = parseNc(context.args.slice(1));
  if (options.udp) return ncUdp(context, options);
  if (options.listen) return listen(options, context);
  const [host, port] = options.words;
  if (host === undefined || port === undefined) {
    context.stderr('Usage: nc [-zvu] [-w SEC] HOST PORT\n       nc -l [-ku] -p PORT\n');
    return 1;
  }
  try {
    const timeout = options.timeoutMs === null ? {} : {timeoutMs: options.timeoutMs};
    const connection = await context.network.connect({host, port: Number(port)}, {signal: context.signal, ...timeout});
    if (options.verbose) context.stderr(`${host} (${connection.remoteAddress ?? host}:${port}) open\n`);
    if (options.scan) connection.destroy();
    else await talk(connection, context);
    return 0;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOTFOUND') context.stderr(`nc: bad address '${host}'\n`);
    else if (options.verbose || !options.scan) context.stderr(`nc: ${host} (${host}:${port}): ${REASONS[code] ?? code}\n`);
    return 1;
  }
}

async function talk(connection: Connection, context: ProgramContext): Promise<void> {
  const {promise, resolve, reject} = Promise.withResolvers<void>();
  connection.on('data', (bytes: Uint8Array) => context.stdout(bytes));
  connection.on('end', resolve).on('close', resolve).on('error', reject);
  void forward(context, connection);
  await promise;
  connection.destroy();
}

async function forward(context: ProgramContext, connection: Connection): Promise<void> {
  for await (const bytes of context.stdin) connection.write(bytes);
  connection.end();
}

async function listen(options: NcOptions, context: ProgramContext): Promise<number> {
  const {promise, resolve} = Promise.withResolvers<number>();
  const port = options.port ?? Number(options.words.at(-1) ?? 0);
  const listener = context.network.listen({port}, (connection) => {
    void talk(connection, context)
      .catch(() => {}) // a peer that resets the connection ends it, which is all there is to do
      .finally(() => (options.keepOpen ? undefined : resolve(0)));
  });
  context.signal.addEventListener('abort', () => resolve(0), {once: true});
  const exit = await promise;
  listener.close();
  return exit;
}
