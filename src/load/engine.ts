import {setMaxListeners} from 'node:events';
import type {KiadaError} from '../errors.ts';
import {type LoadClock, systemClock} from './clock.ts';
import {createDriver, type Driver} from './driver.ts';
import {http1} from './http1-wire.ts';
import {captureBytesFor, identifierOf} from './identify.ts';
import {Lane, type LaneContext} from './lane.ts';
import type {Dial, LoadPlan} from './plan.ts';
import {watchProgress} from './progress.ts';
import {type Outcome, Recorder} from './recorder.ts';
import {buildRequestBytes} from './request-bytes.ts';
import type {LoadEngineResult, LoadProgress} from './result.ts';
import type {OpenWire} from './wire.ts';

export interface LoadOptions {
  readonly dial: Dial;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly progressMs?: number;
  /** Told of every finished request of the measured part; has to be cheap. */
  readonly onRequest?: (outcome: Outcome, wallMs: number) => void;
  /** Ends the run early; what was measured until then is the result. */
  readonly signal?: AbortSignal;
  readonly clock?: LoadClock;
  readonly random?: () => number;
}

/**
 * Runs a load plan. Requests that are under way at the end are waited for, within their time limit, and counted. With an open loop latency
 * counts from the intended start, so that a pause of the server shows in full (no coordinated omission). Rejects with KiadaError where the plan
 * makes no sense or the way to the vantage itself is broken; a target that fails is a result.
 */
export async function runLoad(plan: LoadPlan, options: LoadOptions): Promise<LoadEngineResult> {
  const {clock = systemClock, random = Math.random, signal} = options;
  const wire = wireOf(plan);
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // one listener for each connection that is being opened
  const recorder = new Recorder(plan.failureSamples);
  const run: Run = {plan, recorder, clock, measuredFrom: clock.now() + plan.warmupMs, wallStart: clock.wallNow() + plan.warmupMs};
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
  return resultOf(run, driver, signal?.aborted ?? false);
}

function wireOf(plan: LoadPlan): OpenWire | null {
  const bytes = buildRequestBytes(plan);
  if (bytes === null) return null;
  const {connectionPerRequest, identify} = plan;
  return http1({bytes, method: plan.request?.method ?? '', captureBytes: captureBytesFor(identify), connectionPerRequest});
}

/** A run's state, as its parts share it. */
export interface Run {
  readonly plan: LoadPlan;
  readonly recorder: Recorder;
  readonly clock: LoadClock;
  /** Where the warm-up ends. */
  readonly measuredFrom: number;
  readonly wallStart: number;
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
    dial: options.dial,
    wire,
    timeoutMs: plan.timeoutMs,
    identify: identifierOf(plan.identify),
    signal,
    now: clock.now,
    onConnected: ({sourceSeen}) => {
      if (sourceSeen !== null) recorder.sources.add(sourceSeen);
      // Connections that are kept were mostly opened while warming up: they carry the measured requests all the same.
      if (!plan.connectionPerRequest || isMeasured()) recorder.connectionsOpened++;
    },
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

function resultOf(run: Run, driver: Driver, aborted: boolean): LoadEngineResult {
  const {recorder, measuredFrom} = run;
  const durationMs = Math.max(0, driver.endedAt() - measuredFrom);
  recorder.close(durationMs);
  return {
    startedAtMs: run.wallStart,
    durationMs,
    requests: recorder.requests,
    succeeded: recorder.succeeded,
    requestsPerSecond: durationMs > 0 ? recorder.requests / (durationMs / 1_000) : 0,
    bytesReceived: recorder.bytesReceived,
    bytesSent: recorder.bytesSent,
    errors: recorder.errors,
    statusCodes: Object.fromEntries([...recorder.statusCodes].sort(([one], [other]) => one - other)),
    latencyMs: recorder.latencies.summary(),
    latencyPercentiles: recorder.latencies.percentiles(),
    connectionsOpened: recorder.connectionsOpened,
    effectiveDraws: recorder.effectiveDraws,
    missedStarts: driver.missed(),
    endpoints: recorder.endpoints,
    unidentified: recorder.unidentified,
    sourcesSeen: [...recorder.sources].sort(),
    failures: recorder.failures,
    timeline: recorder.timeline,
    aborted,
  };
}
