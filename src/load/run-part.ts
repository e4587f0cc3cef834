import {setMaxListeners} from 'node:events';
import type {KiadaError} from '../errors.ts';
import {type LoadClock, systemClock} from './clock.ts';
import {createDriver, type Driver} from './driver.ts';
import type {LoadOptions} from './engine.ts';
import {identifierOf} from './identify.ts';
import {Lane, type LaneContext} from './lane.ts';
import type {Latencies} from './latency.ts';
import type {LoadPart} from './part.ts';
import type {LoadPlan} from './plan.ts';
import {watchProgress} from './progress.ts';
import {Recorder} from './recorder.ts';
import type {CountedSecond} from './timeline.ts';
import {overTls} from './tls-dial.ts';
import type {OpenWire} from './wire.ts';
import {agreedProtocol, wireOf} from './wire-of-plan.ts';

/** A run's state, as its parts share it. */
export interface Run {
  readonly plan: LoadPlan;
  readonly recorder: Recorder;
  readonly clock: LoadClock;
  /** Where the warm-up ends. */
  readonly measuredFrom: number;
  readonly wallStart: number;
}

export interface PartOptions extends LoadOptions {
  /** Given each second of the run. */
  readonly onSecond: (second: CountedSecond) => void;
  /** Where the latencies of a second are recorded, asked for each anew. */
  readonly latenciesOfSecond: () => Latencies;
  /** Given what tells, at the end of a second, all that was counted up to then. */
  readonly onStart?: (soFar: () => LoadPart) => void;
}

/** Runs a plan on this thread. */
export async function runPart(plan: LoadPlan, options: PartOptions): Promise<LoadPart> {
  const {clock = systemClock, random = Math.random, signal} = options;
  const wire = wireOf(plan);
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // one listener for each connection that is being opened
  const recorder = new Recorder(plan.failureSamples, options.onSecond, options.latenciesOfSecond);
  const run: Run = {plan, recorder, clock, measuredFrom: clock.now() + plan.warmupMs, wallStart: clock.wallNow() + plan.warmupMs};
  options.onStart?.(() => soFar(run));
  let driver: Driver | null = null;
  let fatal: KiadaError | null = null;
  const context = laneContext(run, options, wire, stop.signal, {
    onFatal: (error) => {
      fatal ??= error;
      driver?.abort();
    },
    onFinished: (lane) => driver?.free(lane),
  });
  const lanes = Array.from({length: plan.connections}, () => new Lane(context));
  driver = createDriver({plan, lanes, clock, random, measuredFrom: run.measuredFrom});
  const abort = (): void => driver?.abort();
  signal?.addEventListener('abort', abort, {once: true});
  const endProgress = watchProgress(run, options);
  try {
    if (signal?.aborted) driver.abort();
    await driver.run();
  } finally {
    endProgress();
    signal?.removeEventListener('abort', abort);
    stop.abort();
    for (const lane of lanes) lane.close();
  }
  if (fatal !== null) throw fatal;
  return partOf(run, driver, signal?.aborted ?? false);
}

/** `run` up to the end of its last second. */
function soFar({recorder, wallStart}: Run): LoadPart {
  return {startedAtMs: wallStart, durationMs: recorder.closedMs, missedStarts: 0, aborted: true, recorded: recorder.recorded()};
}

function laneContext(
  run: Run,
  options: LoadOptions,
  wire: OpenWire | null,
  signal: AbortSignal,
  events: {readonly onFatal: (error: KiadaError) => void; readonly onFinished: (lane: Lane) => void},
): LaneContext {
  const {plan, recorder, clock, measuredFrom} = run;
  const isMeasured = (): boolean => plan.warmupMs === 0 || clock.now() >= measuredFrom;
  return {
    target: plan.target,
    dial: plan.tls === null ? options.dial : overTls(options.dial, {...plan.tls, protocol: agreedProtocol(plan)}),
    wire,
    timeoutMs: plan.timeoutMs,
    identify: identifierOf(plan.identify),
    signal,
    now: clock.now,
    onConnected: ({sourceSeen}) => {
      if (sourceSeen !== null) recorder.sawSource(sourceSeen);
      // Connections that are kept were mostly opened while warming up: they carry the measured requests all the same.
      if (!plan.connectionPerRequest || isMeasured()) recorder.connectionsOpened++;
    },
    onSource: (address) => recorder.sawSource(address),
    onDraw: (endpoint, start) => {
      // By its start, as its request: by its end, the slow of the warm-up would count and the quick would not.
      if (!plan.connectionPerRequest || start >= measuredFrom) recorder.connectionTo(endpoint);
    },
    onCarried: (_endpoint, requests) => recorder.carried(requests),
    onBytes: (received, sent) => {
      if (!isMeasured()) return;
      recorder.bytesReceived += received;
      recorder.bytesSent += sent;
    },
    onFatal: events.onFatal,
    onFinished: (lane, start, outcome) => {
      // A request belongs to the part in which it started.
      if (start >= measuredFrom) {
        recorder.finished(outcome, clock.now() - measuredFrom, clock.wallNow);
        options.onRequest?.(outcome, clock.wallNow());
      }
      events.onFinished(lane);
    },
  };
}

function partOf(run: Run, driver: Driver, aborted: boolean): LoadPart {
  const {recorder, measuredFrom, wallStart} = run;
  const durationMs = Math.max(0, driver.endedAt() - measuredFrom);
  recorder.close(durationMs);
  return {startedAtMs: wallStart, durationMs, missedStarts: driver.missed(), aborted, recorded: recorder.recorded()};
}
