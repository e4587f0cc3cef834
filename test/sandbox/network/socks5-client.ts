import net from 'node:net';
import type {Socks5Server} from '../../../src/sandbox/network/socks5.ts';

export const TOKEN = 'a-secret';

/** Talks SOCKS5 by hand: greeting, password, request; the reply as bytes. */
export async function talk(
  proxy: Socks5Server,
  request: Buffer,
  {user = 'pod.kiada-001.kiada', password = TOKEN} = {},
): Promise<net.Socket> {
  const socket = net.connect(proxy.port, '127.0.0.1');
  const [name, secret] = [Buffer.from(user), Buffer.from(password)];
  socket.write(Buffer.concat([Buffer.from([5, 1, 2, 1, name.length]), name, Buffer.from([secret.length]), secret, request]));
  return socket;
}
