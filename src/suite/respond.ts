import type {ServerResponse} from 'node:http';

/** Answers with a whole body. Node leaves the body out for HEAD. */
export function respond(response: ServerResponse, status: number, contentType: string, body: string | Uint8Array): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}

/** Answers with JSON and a line end, for the terminal's sake. */
export function respondJSON(response: ServerResponse, status: number, value: unknown): void {
  respond(response, status, 'application/json', `${JSON.stringify(value)}\n`);
}
