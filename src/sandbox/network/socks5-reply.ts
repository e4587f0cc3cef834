import {NetworkError} from './network-error.ts';
import {SOCKS_REPLY} from './socks5-messages.ts';

/** The reply that says why a connection did not come about, or why a datagram came back. */
export function replyTo(error: unknown): number {
  if (!(error instanceof NetworkError)) return SOCKS_REPLY.generalFailure;
  switch (error.code) {
    case 'ENETUNREACH':
      return SOCKS_REPLY.networkUnreachable;
    case 'ECONNREFUSED':
      return SOCKS_REPLY.connectionRefused;
    case 'EHOSTUNREACH':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return SOCKS_REPLY.hostUnreachable;
    default:
      return SOCKS_REPLY.generalFailure;
  }
}
