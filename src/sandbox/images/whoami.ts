import type {RequestListener} from 'node:http';
import type {Program, ProgramContext} from '../../model/index.ts';
import {serveUntilTerminated} from '../../program/index.ts';
import {imageOf} from './base.ts';

const GRACE_MS = 5000;

/** Answers every request with who it is and whom it sees, as JSON. `--port PORT` or WHOAMI_PORT_NUMBER, else 80. */
const whoami: Program = async (context) => {
  const flag = context.args.findIndex((arg) => /^--?port$/.test(arg));
  const given = flag === -1 ? context.env['WHOAMI_PORT_NUMBER'] : context.args[flag + 1];
  const port = Number(given ?? 80);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    context.stderr(`whoami: not a port: ${given}\n`);
    return 2;
  }
  return serveUntilTerminated(context, {port, graceMs: GRACE_MS, log: (message) => context.stdout(`${message}\n`)}, answerOf(context));
};

function answerOf(context: ProgramContext): RequestListener {
  const pod = context.env['POD_NAME'] || context.hostname;
  return (request, response) => {
    const {remoteAddress, remotePort, localAddress, localPort} = request.socket;
    const body = JSON.stringify({
      pod,
      node: context.env['NODE_NAME'] ?? null,
      hostname: context.hostname,
      client: {address: remoteAddress ?? null, port: remotePort ?? null},
      server: {address: localAddress ?? null, port: localPort ?? null},
      request: {method: request.method, url: request.url, headers: request.headers},
    });
    request.resume();
    response.writeHead(200, {'Content-Type': 'application/json', 'X-Kiada-Pod': pod, 'Content-Length': Buffer.byteLength(body) + 1});
    response.end(`${body}\n`);
  };
}

/** A server that tells its client who answered and which address was seen. */
export const whoamiImage = imageOf({
  names: ['whoami', 'traefik/whoami'],
  summary: 'JSON: which pod and node answered, and which client address it saw',
  entrypoint: ['/whoami'],
  cmd: [],
  programs: {whoami},
  hasShell: false,
});
