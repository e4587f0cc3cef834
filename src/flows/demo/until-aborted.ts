import {setTimeout as delay} from 'node:timers/promises';

/** A step that is under way when the signal comes may end by itself for so long: load still tells what it has, agents are taken away. */
const GRACE_MS = 3000;

/** The steps until the signal; what is still under way after a moment of grace is left to itself. */
export async function* untilAborted<Step>(steps: AsyncGenerator<Step>, signal: AbortSignal): AsyncGenerator<Step> {
  const {promise: aborted, resolve} = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), {once: true});
  const patience = aborted.then(() => delay(GRACE_MS, null, {ref: false}));
  while (!signal.aborted) {
    const next = steps.next();
    next.catch(() => {}); // of a step that is left to itself
    const step = await Promise.race([next, patience]);
    if (step === null || step.done === true) return;
    yield step.value;
  }
}
