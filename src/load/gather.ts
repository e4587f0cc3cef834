import {KiadaError} from '../errors.ts';
import {Latencies} from './latency.ts';
import type {LoadSample, MemberMessage, MemberOrder, ToMember} from './member-messages.ts';
import {type LoadPart, mergeParts, shiftedBy, sumTallies} from './part.ts';
import type {LoadPlan} from './plan.ts';
import type {LoadEngineResult, LoadProgress} from './result.ts';
import {Timeline} from './timeline.ts';

/** One of several that run a plan together: a thread, or an agent elsewhere. */
export interface Member {
  tell(message: ToMember): void;
  /** Where its messages go from now on. The first is `up`. */
  listen(onMessage: (message: MemberMessage) => void): void;
  /** Never resolves; rejects when nothing is to be expected of it any more. */
  readonly gone: Promise<never>;
  /** Its clock may differ from the one here. */
  readonly ownClock: boolean;
}

export interface GatherOptions extends Omit<MemberOrder, 'plan'> {
  readonly onProgress?: ((all: LoadProgress, members: readonly (LoadProgress | null)[]) => void) | undefined;
  readonly onSamples?: ((member: number, samples: readonly LoadSample[]) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly failureSamples: number;
}

/** What one member did. */
export interface MemberResult {
  /** null: it was lost before it had told anything. */
  readonly result: LoadEngineResult | null;
  /** Why there is nothing of it after its last full second; null: it ran to its end. */
  readonly lost: {readonly timeMs: number; readonly why: unknown} | null;
}

export interface Gathered {
  readonly all: LoadEngineResult;
  /** In the members' order. */
  readonly members: readonly MemberResult[];
}

interface Seat {
  readonly member: Member;
  readonly timeline: Timeline;
  progress: LoadProgress | null;
  soFar: LoadPart | null;
  /** Its clock less the one here. */
  offsetMs: number;
}

/**
 * Runs one plan in several members, each its part, and puts together what they count, histograms value by value. None starts before all can. A
 * member that is lost fails the run, unless it told checkpoints: then what it had counted is kept.
 */
export async function gather(members: readonly Member[], plans: readonly LoadPlan[], options: GatherOptions): Promise<Gathered> {
  const seats: readonly Seat[] = members.map((member) => ({member, timeline: new Timeline(1), progress: null, soFar: null, offsetMs: 0}));
  const timeline = new Timeline(seats.length);
  const latencies = new Latencies(2);
  const stop = (): void => {
    for (const {member} of seats) member.tell({kind: 'stop'});
  };
  const {signal, onProgress} = options;
  await Promise.all(seats.map((seat, index) => prepared(seat, plans[index] as LoadPlan, options)));
  signal?.addEventListener('abort', stop, {once: true});
  const timer = onProgress && setInterval(() => tellProgress(seats, latencies, onProgress), options.progressMs);
  try {
    const parts = seats.map((seat, index) => partOf(seat, index, {...options, timeline, latencies}));
    for (const {member} of seats) member.tell({kind: 'go'});
    if (signal?.aborted) stop();
    return gathered(seats, await Promise.all(parts), timeline, options.failureSamples);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** A member that is up, has its plan and told its clock. */
function prepared(seat: Seat, plan: LoadPlan, {progressMs, checkpoints, samples}: GatherOptions): Promise<void> {
  const {member} = seat;
  return new Promise((resolve, reject) => {
    member.gone.catch(reject);
    let sentMs = 0;
    member.listen((message) => {
      if (message.kind === 'up') {
        sentMs = Date.now();
        member.tell({kind: 'plan', order: {plan, progressMs, checkpoints, samples}});
      } else if (message.kind === 'ready') {
        if (member.ownClock) seat.offsetMs = message.nowMs - (sentMs + Date.now()) / 2;
        resolve();
      }
    });
  });
}

interface PartSetting extends GatherOptions {
  readonly timeline: Timeline;
  readonly latencies: Latencies;
}

type PartEnd = {readonly part: LoadPart | null; readonly lost: MemberResult['lost']};

function partOf(seat: Seat, index: number, {timeline, latencies, onSamples, checkpoints}: PartSetting): Promise<PartEnd> {
  const {member} = seat;
  return new Promise((resolve, reject) => {
    const end = (found: PartEnd): void => {
      timeline.leave(index);
      resolve(found);
    };
    const lose = (why: unknown): void => {
      if (checkpoints) end({part: seat.soFar, lost: {timeMs: Date.now(), why}});
      else reject(why);
    };
    member.gone.catch(lose);
    member.listen((message) => {
      switch (message.kind) {
        case 'second':
          timeline.add(message.second, index);
          latencies.add(message.second.latencies);
          seat.timeline.add(message.second);
          seat.soFar = message.soFar && shiftedBy(message.soFar, -seat.offsetMs);
          break;
        case 'progress':
          seat.progress = message.progress;
          break;
        case 'samples':
          onSamples?.(index, message.samples);
          break;
        case 'part':
          end({part: shiftedBy(message.part, -seat.offsetMs), lost: null});
          break;
        case 'failed':
          reject(new KiadaError(message.code, message.message, {hint: message.hint}));
          break;
      }
    });
  });
}

function gathered(seats: readonly Seat[], ends: readonly PartEnd[], timeline: Timeline, failureSamples: number): Gathered {
  const parts = ends.flatMap(({part}) => (part === null ? [] : [part]));
  if (parts.length === 0) throw ends[0]?.lost?.why;
  return {
    all: mergeParts(parts, timeline, failureSamples),
    members: ends.map(({part, lost}, index) => ({
      result: part === null ? null : mergeParts([part], (seats[index] as Seat).timeline, failureSamples),
      lost,
    })),
  };
}

function tellProgress(seats: readonly Seat[], latencies: Latencies, onProgress: NonNullable<GatherOptions['onProgress']>): void {
  const members = seats.map(({progress}) => progress);
  const all = members.filter((progress) => progress !== null);
  if (all.length === 0) return;
  const sum = (value: (progress: LoadProgress) => number): number => all.reduce((total, progress) => total + value(progress), 0);
  // until the first second is over there is only what each says of itself
  const percentile = (percent: number, own: (progress: LoadProgress) => number): number =>
    latencies.count > 0 ? latencies.percentile(percent) : Math.max(...all.map(own));
  const progress: LoadProgress = {
    phase: all.every(({phase}) => phase === 'warm-up') ? 'warm-up' : 'measuring',
    elapsedMs: Math.max(...all.map(({elapsedMs}) => elapsedMs)),
    requests: sum(({requests}) => requests),
    errors: sum(({errors}) => errors),
    requestsPerSecond: sum(({requestsPerSecond}) => requestsPerSecond),
    p50Ms: percentile(50, ({p50Ms}) => p50Ms),
    p99Ms: percentile(99, ({p99Ms}) => p99Ms),
    endpoints: sumTallies(all.flatMap(({endpoints}) => endpoints)),
  };
  onProgress(progress, members);
}
