import {createHmac, randomUUID, timingSafeEqual} from 'node:crypto';
import type {IncomingMessage} from 'node:http';
import type {TLSSocket} from 'node:tls';
import {ApiError} from '../../api.ts';

/** Who asks. */
export interface User {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Issuer of service account tokens and the one audience that this server accepts. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export interface TokenClaims {
  readonly namespace: string;
  readonly serviceAccount: {readonly name: string; readonly uid: string};
  readonly pod?: {readonly name: string; readonly uid: string};
  readonly audiences: readonly string[];
  readonly expiresAtMs: number;
}

/** Makes and checks tokens: the administrator's own, and those of service accounts. */
export interface TokenIssuer {
  issue(claims: TokenClaims): string;
  /** Null for a token that is not this server's, is expired, or belongs to a service account that is gone. */
  verify(token: string): User | null;
}

const ADMIN: User = {username: 'kubernetes-admin', uid: '', groups: ['system:masters', 'system:authenticated']};

/** `exists` tells whether a service account of that uid is there. Tokens are JSON Web Tokens, signed with a key made of the administrator's token. */
export function createTokenIssuer(
  adminToken: string,
  clock: () => number,
  exists: (namespace: string, name: string, uid: string) => boolean,
): TokenIssuer {
  const sign = (text: string): string => createHmac('sha256', `service-accounts:${adminToken}`).update(text).digest('base64url');
  return {
    issue(claims) {
      const head = encode({alg: 'HS256', typ: 'JWT'});
      const text = `${head}.${encode(payloadOf(claims, clock()))}`;
      return `${text}.${sign(text)}`;
    },
    verify(token) {
      if (equalSecrets(token, adminToken)) return ADMIN;
      const [head, body, signature, ...more] = token.split('.');
      if (head === undefined || body === undefined || signature === undefined || more.length > 0) return null;
      if (!equalSecrets(signature, sign(`${head}.${body}`))) return null;
      return serviceAccountOf(body, clock(), exists);
    },
  };
}

interface Payload {
  readonly exp: number;
  readonly aud: readonly string[];
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: {readonly name: string; readonly uid: string};
    readonly pod?: {readonly name: string; readonly uid: string};
  };
}

function payloadOf(claims: TokenClaims, nowMs: number): object {
  const now = Math.floor(nowMs / 1000);
  const {namespace, serviceAccount, pod, audiences, expiresAtMs} = claims;
  return {
    aud: audiences,
    exp: Math.floor(expiresAtMs / 1000),
    iat: now,
    iss: ISSUER,
    jti: randomUUID(),
    'kubernetes.io': {namespace, ...(pod === undefined ? {} : {pod}), serviceaccount: serviceAccount},
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
  };
}

function serviceAccountOf(body: string, nowMs: number, exists: (namespace: string, name: string, uid: string) => boolean): User | null {
  // the signature was checked: this server wrote it
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as Payload;
  const {namespace, serviceaccount, pod} = payload['kubernetes.io'];
  if (payload.exp * 1000 <= nowMs || !payload.aud.includes(ISSUER)) return null;
  if (!exists(namespace, serviceaccount.name, serviceaccount.uid)) return null;
  return {
    username: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${payload.jti}`],
      ...(pod === undefined
        ? {}
        : {'authentication.kubernetes.io/pod-name': [pod.name], 'authentication.kubernetes.io/pod-uid': [pod.uid]}),
    },
  };
}

/** The user of a request by its client certificate or its bearer token. Throws ApiError 401. */
export function authenticate(request: IncomingMessage, tokens: TokenIssuer): User {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const user = header.startsWith('Bearer ') ? tokens.verify(header.slice('Bearer '.length).trim()) : null;
    if (user !== null) return user;
    throw unauthorized();
  }
  const socket = request.socket as TLSSocket;
  if (socket.authorized !== true) throw unauthorized();
  const known = certified.get(socket);
  if (known !== undefined) return known;
  const {CN, O} = socket.getPeerCertificate().subject ?? {};
  const groups = O === undefined ? [] : [O].flat();
  const user = {username: String(CN ?? ''), uid: '', groups: [...groups, 'system:authenticated']};
  certified.set(socket, user);
  return user;
}

/** A connection keeps its certificate, and reading one costs as much as a small request. */
const certified = new WeakMap<TLSSocket, User>();

function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

/** Compares in a time that tells nothing about where they differ. */
function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
