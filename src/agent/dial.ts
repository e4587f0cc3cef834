import net from 'node:net';

/**
 * One connection from here, over the standard streams. On stdout: `.` at once, so that it is known that this program runs; `+` when the
 * connection is there, or `-CODE message` where it is not (exit code 1); then the bytes, both ways.
 */
export function dial(host: string, port: number): Promise<void> {
  process.stdout.write('.');
  return new Promise((resolve) => {
    const socket = net.connect({host, port, allowHalfOpen: true, noDelay: true});
    socket.once('connect', () => {
      process.stdout.write('+');
      process.stdin.pipe(socket);
      socket.pipe(process.stdout);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (socket.connecting || socket.bytesRead + socket.bytesWritten === 0)
        process.stdout.write(`-${error.code ?? 'EFAILED'} ${error.message}\n`);
      process.exitCode = 1;
    });
    socket.once('close', () => {
      process.stdin.destroy();
      resolve();
    });
  });
}
