import type {IncomingMessage, ServerResponse} from 'node:http';

/** Answers with a whole body. Node leaves the body out for HEAD. */
export function respond(response: ServerResponse, status: number, contentType: string, body: string | Uint8Array): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}

/** Tells in headers who answers (`X-Kiada-Pod`) and which address it sees as the client's (`X-Kiada-Client`): what load is counted by. */
export function nameParties(request: IncomingMessage, response: ServerResponse, pod: string): void {
  response.setHeader('X-Kiada-Pod', pod);
  response.setHeader('X-Kiada-Client', clientAddress(request));
}

/** The peer's address; an IPv4 one is not shown in its IPv6 form. */
export function clientAddress(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '');
}

/** Answers with JSON and a line end, for the terminal's sake. */
export function respondJSON(response: ServerResponse, status: number, value: unknown): void {
  respond(response, status, 'application/json', `${JSON.stringify(value)}\n`);
}
