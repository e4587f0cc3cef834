import {KiadaError} from '../../errors.ts';
import type {Agent} from './agent.ts';

/** Time for the agent's program to start and to answer, beside the work itself. */
const OVERHEAD_MS = 10_000;

/** Gives the agent's program one order and hears one report. Rejects where it gives none. */
export async function askAgent<Report>(agent: Agent, command: string, order: object, workMs: number): Promise<Report> {
  const session = agent.run([command]);
  const timer = setTimeout(() => session.close(), OVERHEAD_MS + workMs);
  const [chunks, complaints]: [Buffer[], Buffer[]] = [[], []];
  session.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  session.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  session.stdin.end(`${JSON.stringify(order)}\n`);
  try {
    const code = await session.exit;
    if (code === 0) return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Report;
    const why = Buffer.concat(complaints).toString('utf8').trim().split('\n').at(-1) ?? '';
    throw new KiadaError('UNKNOWABLE', `the agent at ${agent.at} gives no answer (exit code ${code})${why === '' ? '' : `: ${why}`}`);
  } finally {
    clearTimeout(timer);
    session.close();
  }
}
