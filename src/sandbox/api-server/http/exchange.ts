import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';
import type {PodRuntime} from '../../pod-runtime.ts';
import type {Registry} from '../registry/index.ts';
import type {TokenIssuer, User} from './authenticate.ts';
import type {ResourcePath} from './request-info.ts';

/** What the handlers work with. */
export interface ServerParts {
  readonly api: Registry;
  readonly runtime: () => PodRuntime | null;
  /** Opens a connection as the API server itself does: from the control plane to a pod's or a Service endpoint's address. */
  readonly dial: Dial;
  readonly tokens: TokenIssuer;
  readonly log: (message: string) => void;
  /** Answers paths that are no part of the Kubernetes API; null for any that it does not know. */
  readonly own: (method: string, path: string) => Promise<object | null>;
  readonly watches: {open: number; readonly limit: number};
  /** Aborted when the server closes. */
  readonly signal: AbortSignal;
}

export type Dial = (target: {readonly host: string; readonly port: number}, signal: AbortSignal) => Promise<Duplex>;

/** One request on its way to its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly user: User;
  readonly parts: ServerParts;
}

/** One about a resource. */
export interface ResourceExchange extends Exchange {
  readonly target: ResourcePath;
}

/** One that asks for another protocol: its handler has the socket instead of a response. */
export type UpgradeExchange = Omit<ResourceExchange, 'response'> & {readonly socket: Duplex; readonly head: Buffer};

/** `true`, `1`, and a parameter without a value are true, as Go's conversion of query parameters takes them. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}
