import type {Duplex} from 'node:stream';
import type {PodRuntime} from '../pod-runtime.ts';
import type {Certificates} from './certificates.ts';
import type {TokenIssuer} from './http/authenticate.ts';
import type {Dial} from './http/exchange.ts';
import {listen} from './http/server.ts';
import type {Registry} from './registry/index.ts';

export interface ApiServerOptions {
  readonly api: Registry;
  /** The running pods' logs, exec, attach and ports; null while there are none. */
  readonly runtime: () => PodRuntime | null;
  /** Connects to a pod's or endpoint's address for the `proxy` subresources. */
  readonly dial: Dial;
  readonly certificates: Certificates;
  /** Makes and checks bearer tokens; see `createTokenIssuer`. */
  readonly tokens: TokenIssuer;
  /** Answers paths that are no part of the Kubernetes API, for callers that are authenticated; null for any that it does not know. */
  readonly own?: (method: string, path: string) => Promise<object | null>;
  /** Default `127.0.0.1`; never anything but loopback. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  readonly log?: (message: string) => void;
  /** Watches open at one time; more are refused with 429. Default 500. */
  readonly watchLimit?: number;
}

export interface ApiServer {
  readonly port: number;
  /** Takes a connection that came by another way than the port: from the virtual network. */
  accept(connection: Duplex): void;
  /** Ends watches and streams, then the listener. The store stays open: it is its owner's. */
  close(): Promise<void>;
}

/** Serves the Kubernetes API over TLS. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const {api, runtime, dial, certificates, tokens} = options;
  const closing = new AbortController();
  const watches = {open: 0, limit: options.watchLimit ?? 500};
  const log = options.log ?? (() => undefined);
  const own = options.own ?? (() => Promise.resolve(null));
  const parts = {api, runtime, dial, tokens, log, own, watches, signal: closing.signal};
  const {port, accept, close} = await listen(parts, {host: options.host ?? '127.0.0.1', port: options.port ?? 0, certificates});
  return {
    port,
    accept,
    close() {
      closing.abort();
      return close();
    },
  };
}
