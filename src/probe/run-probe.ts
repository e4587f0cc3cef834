import {probeExec} from './exec.ts';
import {probeGrpc} from './grpc.ts';
import {probeHttp} from './http-get.ts';
import type {Dial, ExecInContainer, ProbeOutcome, Verdict} from './outcome.ts';
import {type NamedPort, type ProbeSpec, resolvePort} from './spec.ts';
import {probeTcp} from './tcp-socket.ts';

/** What a probe needs of the world. */
export interface ProbeTarget {
  readonly dial: Dial;
  /** Absent where no command can be run: an exec probe is unknown then. */
  readonly exec?: ExecInContainer;
  readonly podIP: string;
  /** The container's declared ports, for probes that name one. */
  readonly ports: readonly NamedPort[];
}

/** Executes a probe once, within its `timeoutSeconds` (default 1). Never rejects: what goes wrong is the outcome. */
export async function runProbe(spec: ProbeSpec, target: ProbeTarget, signal?: AbortSignal): Promise<ProbeOutcome> {
  const started = performance.now();
  const timeoutMs = Math.max(1, spec.timeoutSeconds ?? 1) * 1000;
  const deadline = AbortSignal.timeout(timeoutMs);
  const verdict = await execute(spec, target, timeoutMs, signal ? AbortSignal.any([signal, deadline]) : deadline).catch(unexpected);
  return {...verdict, durationMs: performance.now() - started};
}

function unexpected(error: unknown): Verdict {
  return {result: 'unknown', message: error instanceof Error ? error.message : String(error)};
}

async function execute(spec: ProbeSpec, target: ProbeTarget, timeoutMs: number, signal: AbortSignal): Promise<Verdict> {
  if (spec.exec) {
    if (!target.exec) return {result: 'unknown', message: 'an exec probe cannot be run from here'};
    return probeExec(spec.exec.command ?? [], target.exec, timeoutMs, signal);
  }
  const declared = spec.httpGet?.port ?? spec.tcpSocket?.port ?? spec.grpc?.port;
  if (declared === undefined) return {result: 'unknown', message: 'missing probe handler'};
  const port = resolvePort(declared, target.ports);
  if (port === null) return {result: 'unknown', message: `port ${JSON.stringify(declared)} not found`};
  if (spec.httpGet) return probeHttp(spec.httpGet, {host: spec.httpGet.host || target.podIP, port}, target.dial, timeoutMs, signal);
  if (spec.tcpSocket) return probeTcp({host: spec.tcpSocket.host || target.podIP, port}, target.dial, timeoutMs, signal);
  return probeGrpc(spec.grpc?.service ?? '', {host: target.podIP, port}, target.dial, timeoutMs, signal);
}
