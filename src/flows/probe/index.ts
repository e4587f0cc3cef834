import {KiadaError} from '../../errors.ts';
import type {Path, ProbeResult} from '../../model/index.ts';
import {agentOptions} from '../agents/agent.ts';
import {reachOf} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {type ProbeOptions, runProbes} from './run-probe.ts';
import {withFindings} from './why-unhealthy.ts';

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
  readonly quiet?: boolean;
  readonly 'fail-fast': boolean;
  readonly 'agent-image'?: string | undefined;
  readonly 'agent-namespace'?: string | undefined;
}

/** Probes the targets as the flags say. */
export async function probeFlow(
  source: ClusterSource,
  targets: readonly string[],
  flags: ProbeFlags,
  say: (text: string) => void,
): Promise<ProbeResult> {
  const expectBody = flags['expect-body'] === undefined ? null : parseRegExp(flags['expect-body']);
  const namespace = flags.namespace ?? source.namespace;
  const {parseVantage} = await import('../../routing/index.ts');
  // only a vantage that is asked for is worth starting something in somebody's cluster
  const reach = await reachOf(source, flags.from === undefined ? null : agentOptions(flags, namespace, {say}));
  const options: ProbeOptions = {
    namespace,
    at: flags.from === undefined || flags.via !== undefined ? null : parseVantage(flags.from, namespace),
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
  };
  try {
    const result = await runProbes(source, reach, targets, options);
    if (flags.quiet) return result;
    return {...result, targets: await Promise.all(result.targets.map((target) => withFindings(source, reach, target, options)))};
  } finally {
    await reach.close();
  }
}

function parseRegExp(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new KiadaError('USAGE', `--expect-body is no regular expression: ${text}`, {cause: error});
  }
}
