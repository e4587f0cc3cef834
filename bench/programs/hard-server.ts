// A server that counts: every request it reads to its end, by what it makes of it. 5 % are reset, 1 % answered late, each connection is closed after a
// hundred requests. GET /count, on a connection of its own, tells. Prints its port.
import http from 'node:http';
import type {AddressInfo} from 'node:net';

const LATE_MS = 40;
const BODY = 'x'.repeat(600);
let [served, reset] = [0, 0];

const server = http.createServer((request, response) => {
  if (request.url === '/count') {
    response.end(JSON.stringify({served, reset, rssMB: process.memoryUsage().rss / 1e6}));
    return;
  }
  const turn = (served + reset) % 100;
  if (turn % 20 === 7) {
    reset++;
    request.socket.resetAndDestroy();
    return;
  }
  served++;
  if (turn === 50) setTimeout(() => response.end(BODY), LATE_MS);
  else response.end(BODY);
});
server.maxRequestsPerSocket = 100;
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({port: (server.address() as AddressInfo).port})));
