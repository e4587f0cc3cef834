import type {Dice} from './dice.ts';

/** What a header of a request may say for itself; empty for none. */
export type Authorization = string;

/** Bytes that are no proper HTTP request, or one that no proper client sends. They end, so that an answer or a closed connection can be awaited. */
export function malformedHttp(dice: Dice, authorization: Authorization): Buffer {
  return dice.pick(KINDS)(dice, authorization === '' ? '' : `Authorization: ${authorization}\r\n`);
}

const SECRETS = '/api/v1/namespaces/kube-system/secrets';

const KINDS: readonly ((dice: Dice, auth: string) => Buffer)[] = [
  (dice) => dice.bytes(1 + dice.int(2000)),
  (dice) => Buffer.concat([Buffer.from('GET '), dice.bytes(dice.int(300)), Buffer.from(' HTTP/1.1\r\nHost: x\r\n\r\n')]),
  (dice, auth) => text(`${dice.pick(METHODS)} ${dice.pick(TARGETS)} ${dice.pick(VERSIONS)}\r\nHost: x\r\n${auth}\r\n`),
  // smuggling: two lengths, or two ways to tell it
  (_, auth) =>
    text(
      `POST ${SECRETS} HTTP/1.1\r\nHost: x\r\n${auth}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET ${SECRETS} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ),
  (_, auth) =>
    text(
      `POST ${SECRETS} HTTP/1.1\r\nHost: x\r\n${auth}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}GET ${SECRETS} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ),
  (dice, auth) =>
    text(
      `POST ${SECRETS} HTTP/1.1\r\nHost: x\r\n${auth}Transfer-Encoding: ${dice.pick(ENCODINGS)}\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET ${SECRETS} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ),
  (dice, auth) => text(`PUT ${SECRETS}/x HTTP/1.1\r\nHost: x\r\n${auth}Transfer-Encoding: chunked\r\n\r\n${dice.pick(CHUNKS)}`),
  (dice, auth) => text(`POST ${SECRETS} HTTP/1.1\r\nHost: x\r\n${auth}Content-Length: ${dice.pick(LENGTHS)}\r\n\r\n{}`),
  // too much of everything
  (dice, auth) => text(`GET /version HTTP/1.1\r\nHost: x\r\n${auth}${'X-A: b\r\n'.repeat(500 + dice.int(20_000))}\r\n`),
  (dice, auth) => text(`GET /version HTTP/1.1\r\nHost: x\r\n${auth}X-Long: ${'a'.repeat(60_000 + dice.int(200_000))}\r\n\r\n`),
  (dice, auth) => text(`GET /${'a'.repeat(60_000 + dice.int(100_000))} HTTP/1.1\r\nHost: x\r\n${auth}\r\n`),
  // lines that bend
  (_, auth) => text(`GET ${SECRETS} HTTP/1.1\nHost: x\n${auth.replace('\r', '')}\n`),
  (_, auth) => text(`GET ${SECRETS} HTTP/1.1\r\nHost: x\r\n ${auth}X: y\r\n folded\r\n\r\n`),
  (_, auth) => text(`GET ${SECRETS} HTTP/1.1\r\nHost : x\r\n${auth.replace(':', ' :')}\r\n`),
  (_, auth) => text(`GET ${SECRETS} HTTP/1.1\r\nHost: x\r\n${auth}X: a\0b\r\n\r\n`),
  (_, auth) => text(`GET ${SECRETS}\r\n${auth}\r\n`),
  // upgrades to nowhere
  (dice, auth) =>
    text(
      `GET ${dice.pick(UPGRADES)} HTTP/1.1\r\nHost: x\r\n${auth}Connection: Upgrade\r\nUpgrade: ${dice.pick(['websocket', 'SPDY/3.1', 'h2c', ''])}\r\n${dice.chance(0.5) ? 'Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n' : ''}\r\n`,
    ),
  (_, auth) => text(`CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n${auth}\r\n`),
  (_, auth) => text(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${auth}`),
  (_, auth) => text(`POST ${SECRETS} HTTP/1.1\r\nHost: x\r\n${auth}Expect: ${'100-continue'}\r\nContent-Length: 999999999999\r\n\r\n`),
  // identities that nobody may claim
  () =>
    text(
      `GET ${SECRETS} HTTP/1.1\r\nHost: x\r\nX-Remote-User: admin\r\nX-Remote-Group: system:masters\r\nImpersonate-User: kubernetes-admin\r\n\r\n`,
    ),
  (dice) => text(`GET ${SECRETS} HTTP/1.1\r\nHost: x\r\nAuthorization: ${dice.pick(CREDENTIALS)}\r\n\r\n`),
];

const METHODS = ['GET', 'get', 'PROPFIND', 'TRACE', 'OPTIONS', 'HEAD', 'BREW', 'M-SEARCH', '\x01', 'POST', 'PATCH', 'DELETE'];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/9.9', 'http/1.1', '', 'ICY/1.0', 'HTTP/1.1 extra'];
const TARGETS = [
  '*',
  '',
  '//',
  '/\\',
  'http://127.0.0.1:22/',
  'https://user:pass@x/api',
  '/%',
  '/%ff%fe',
  '/api/v1/%2e%2e/%2e%2e/etc/passwd',
  '/../../../etc/passwd',
  '/kiada/v1/status',
  '/kiada/v1/nodes/..%2f..%2f/stop',
  '/kiada/v1/nodes/__proto__/stop',
  '/healthz/../api/v1/secrets',
  '/healthz%2f..%2fapi/v1/secrets',
  '/version/../api',
  '/api/v1/namespaces/kube-system/secrets;/healthz',
  '/\u00e9?\u{1F600}',
  '?',
  '#',
];
const ENCODINGS = [
  'xchunked',
  'chunked, identity',
  'identity',
  'gzip',
  'chunked\r\nTransfer-Encoding: cow',
  ' chunked',
  '\x0bchunked',
  'chunked,chunked',
];
const CHUNKS = [
  'zz\r\n{}\r\n0\r\n\r\n',
  '-5\r\nhello\r\n0\r\n\r\n',
  'ffffffffffffffffff\r\n{}\r\n',
  '5\r\nhelloworld\r\n0\r\n\r\n',
  '5;ext="\r\n\r\nhello\r\n0\r\n\r\n',
  '2\n{}\n0\n\n',
  `5;${'a'.repeat(100_000)}\r\nhello\r\n0\r\n\r\n`,
  `0\r\n${'Trailer: x\r\n'.repeat(10_000)}\r\n`,
];
const LENGTHS = ['-1', '+2', '0x2', '2, 2', '2 2', '99999999999999999999', 'two', '', '2\r\n\r\n\r\n\r\n'];
const UPGRADES = [
  '/api/v1/namespaces/default/pods/none/exec?command=sh',
  '/api/v1/namespaces/default/pods/none/portforward',
  '/api/v1/namespaces/default/pods/..%2f..%2fx/exec',
  '/api/v1/namespaces/default/services/x:y:z:80/proxy/',
  '/api/v1/nodes/sandbox-1/proxy/',
  '/api/v1/namespaces/default/pods/none/attach?stdin=true&tty=true',
  '/',
];
const jwt = (header: object, claims: object, signature = ''): string =>
  [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
    .concat('.', signature);
const CLAIMS = {sub: 'system:serviceaccount:kube-system:admin', aud: ['https://kubernetes.default.svc.cluster.local'], exp: 99_999_999_999};
const CREDENTIALS = [
  'Bearer',
  'Bearer ',
  'bearer x',
  'Bearer undefined',
  'Bearer null',
  'Basic YWRtaW46YWRtaW4=',
  'Bearer ..',
  'Bearer a.b.c',
  `Bearer ${jwt({alg: 'none', typ: 'JWT'}, CLAIMS)}`,
  `Bearer ${jwt({alg: 'HS256', typ: 'JWT'}, CLAIMS, 'AAAA')}`,
  `Bearer ${jwt({alg: 'HS256'}, {}, '____')}`,
  `Bearer ${'x'.repeat(50_000)}`,
  'Bearer \x00',
  'Negotiate x',
];

function text(request: string): Buffer {
  return Buffer.from(request, 'utf8');
}
