import {KiadaError} from '../../errors.ts';
import type {Path, ProbeResult} from '../../model/index.ts';
import {reachOf} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {runProbes} from './run-probe.ts';

/** The flags of `kiada probe`. */
export interface ProbeFlags {
  readonly namespace?: string | undefined;
  readonly via?: string | undefined;
  readonly from?: string | undefined;
  readonly entry?: string | undefined;
  readonly liveness: boolean;
  readonly startup: boolean;
  readonly http?: string | undefined;
  readonly tcp: boolean;
  readonly grpc: boolean;
  readonly 'expect-status'?: number | undefined;
  readonly 'expect-body'?: string | undefined;
  readonly count: number;
  readonly interval: number;
  readonly 'probe-timeout'?: number | undefined;
  readonly 'min-ready': string;
  readonly wait: boolean;
  readonly timeout: number;
  readonly 'fail-fast': boolean;
}

/** Probes the targets as the flags say. */
export async function probeFlow(source: ClusterSource, targets: readonly string[], flags: ProbeFlags): Promise<ProbeResult> {
  const expectBody = flags['expect-body'] === undefined ? null : parseRegExp(flags['expect-body']);
  return runProbes(source, await reachOf(source), targets, {
    namespace: flags.namespace ?? source.namespace,
    role: flags.liveness ? 'livenessProbe' : flags.startup ? 'startupProbe' : 'readinessProbe',
    http: flags.http,
    tcp: flags.tcp,
    grpc: flags.grpc,
    timeoutMs: flags['probe-timeout'],
    via: (flags.via ?? null) as Path | null,
    from: flags.from ?? null,
    entry: flags.entry ?? null,
    expectStatus: flags['expect-status'] ?? null,
    expectBody,
    count: flags.count,
    intervalMs: flags.interval,
    minReady: flags['min-ready'],
    wait: flags.wait,
    waitMs: flags.timeout,
    failFast: flags['fail-fast'],
  });
}

function parseRegExp(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new KiadaError('USAGE', `--expect-body is no regular expression: ${text}`, {cause: error});
  }
}
