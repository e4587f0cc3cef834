import {isIP} from 'node:net';
import type {Duplex} from 'node:stream';
import tls from 'node:tls';
import {HandshakeError} from './handshake-error.ts';
import type {Dial, TlsPlan} from './plan.ts';

/**
 * A dialer whose connections are encrypted. The handshake is part of opening a connection, and each one is whole: no session is resumed.
 * A certificate that is not trusted fails the connection with Node's code for it (DEPTH_ZERO_SELF_SIGNED_CERT, …).
 */
export function overTls(dial: Dial, {serverName, insecure, protocol}: TlsPlan): Dial {
  const secureContext = tls.createSecureContext();
  return async (target, {signal, timeoutMs}) => {
    const options = {signal, timeoutMs}; // what comes is not yet what was said: no inlet
    const dialed = await dial(target, options);
    const name = serverName ?? target.host;
    const socket = tls.connect({
      socket: dialed.socket,
      secureContext,
      host: name,
      rejectUnauthorized: !insecure,
      ...(protocol === null ? {} : {ALPNProtocols: [protocol]}),
      ...(isIP(name) === 0 ? {servername: name} : {}),
    });
    try {
      await secured(socket, options);
      if (protocol === 'h2' && socket.alpnProtocol !== 'h2')
        throw Object.assign(new Error('the server does not agree to HTTP/2'), {code: 'EPROTO'});
    } catch (error) {
      socket.destroy();
      throw error instanceof Error ? new HandshakeError(error, dialed) : error;
    }
    return {...dialed, socket};
  };
}

function secured(socket: tls.TLSSocket, {signal, timeoutMs}: Parameters<Dial>[1]): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const late = (): void => {
      socket.destroy(Object.assign(new Error(`no TLS handshake within ${timeoutMs} ms`), {code: 'ETIMEDOUT'}));
    };
    const givenUp = (): void => {
      socket.destroy(new Error('the run is over', {cause: signal.reason}));
    };
    const timer = setTimeout(late, timeoutMs);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', givenUp);
      socket.off('error', onError).off('close', onClose);
      act();
    };
    const onError = (error: Error) => {
      socket.on('error', () => undefined); // it was told; what follows it says nothing new
      settle(() => reject(error));
    };
    const onClose = () => settle(() => reject(Object.assign(new Error('closed during the TLS handshake'), {code: 'ECONNRESET'})));
    signal.addEventListener('abort', givenUp, {once: true});
    socket.on('error', onError).on('close', onClose);
    socket.once('secureConnect', () => settle(() => resolve(socket)));
  });
}
