import {setTimeout as delay} from 'node:timers/promises';

/** Waits until the question has an answer, and returns it. Throws with the last complaint when the time is over. */
export async function until<T>(what: string, ask: () => Promise<T | null | false | undefined>, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false && answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not so within ${timeoutMs / 1000} s`);
    await delay(100);
  }
}
