import type {ProgramContext} from '../../../model/index.ts';

/** What `agnhost netexec` answers to datagrams: to `hostname`, `echo TEXT` and `clientip`; nothing to any other. Port -1 opens none. */
export function answerDatagrams(context: ProgramContext, port: number): void {
  if (port < 0) return;
  const socket = context.network.openDatagram?.({
    port,
    onMessage(bytes, from) {
      const answer = answerTo(Buffer.from(bytes).toString().trim(), context.hostname, from);
      if (answer !== null) socket?.send(Buffer.from(answer), from);
    },
  });
}

function answerTo(text: string, hostname: string, {address, port}: {readonly address: string; readonly port: number}): string | null {
  const [command = '', ...words] = text.split(' ');
  switch (command.toLowerCase()) {
    case 'hostname':
      return hostname;
    case 'echo':
      return words.join(' ');
    case 'clientip':
      return `${address.includes(':') ? `[${address}]` : address}:${port}`;
    default:
      return null;
  }
}
