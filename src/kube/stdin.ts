/** All of standard input. Read as a stream: a pipe that its writer has not filled yet would fail a synchronous read (EAGAIN). */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
