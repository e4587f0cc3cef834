import {KiadaError} from '../../errors.ts';
import type {Identify, LoadPlan} from '../../load/index.ts';
import type {Path} from '../../model/index.ts';
import type {AgentFlags} from '../agents/agent.ts';
import {sentOf} from './request-flags.ts';

/** The flags of `kiada load`. */
export interface LoadFlags extends AgentFlags {
  readonly namespace?: string | undefined;
  readonly via?: string | undefined;
  readonly from?: string | undefined;
  readonly entry?: string | undefined;
  readonly duration?: number | undefined;
  readonly requests?: number | undefined;
  readonly rate?: number | undefined;
  readonly connections: number;
  readonly 'connection-per-request': boolean;
  readonly path: string;
  readonly method: string;
  readonly header?: readonly string[] | undefined;
  readonly body?: string | undefined;
  readonly 'body-file'?: string | undefined;
  readonly tcp: boolean;
  readonly udp: boolean;
  readonly grpc: boolean;
  readonly ramp?: number | undefined;
  readonly poisson: boolean;
  readonly step?: readonly {readonly rate: number; readonly durationMs: number}[] | undefined;
  readonly tls: boolean;
  readonly insecure: boolean;
  readonly 'server-name'?: string | undefined;
  readonly http2: boolean;
  readonly workers: number;
  readonly compare?: string | undefined;
  readonly warmup?: number | undefined;
  readonly timeout: number;
  readonly 'fail-if'?: readonly string[] | undefined;
  readonly identify: string;
  readonly yes: boolean;
  readonly agents?: number | undefined;
  readonly samples?: string | undefined;
}

const DEFAULT_DURATION_MS = 10_000;
/** Paths that load can take. */
export const PATHS: readonly Path[] = ['clusterip', 'nodeport', 'loadbalancer', 'externalip'];

/** The flags as a plan for the engine, but for the target. Throws USAGE for what makes no plan. */
export function planOf(flags: LoadFlags): Omit<LoadPlan, 'target'> {
  const pace = paceOf(flags);
  return {
    ...sentOf(flags),
    tls: tlsOf(flags),
    pace,
    connections: flags.connections,
    connectionPerRequest: flags['connection-per-request'],
    durationMs: durationOf(flags, pace),
    requests: flags.requests ?? null,
    warmupMs: flags.warmup ?? 0,
    timeoutMs: flags.timeout,
    identify: parseIdentify(flags.identify),
    failureSamples: 1000,
  };
}

function tlsOf(flags: LoadFlags): LoadPlan['tls'] {
  if (flags.tls && flags.udp)
    throw new KiadaError('USAGE', '--tls encrypts connections, which --udp has none of', {hint: 'Leave one of them out.'});
  if (flags.tls) return {serverName: flags['server-name'] ?? null, insecure: flags.insecure};
  if (flags.insecure || flags['server-name'] !== undefined)
    throw new KiadaError('USAGE', `--${flags.insecure ? 'insecure' : 'server-name'} is about encrypted connections`, {hint: 'Add --tls.'});
  return null;
}

function paceOf(flags: LoadFlags): LoadPlan['pace'] {
  const steps = flags.step ?? [];
  if (steps.length > 0 && flags.rate !== undefined) throw new KiadaError('USAGE', '--rate and --step exclude each other');
  const rate = flags.rate ?? steps.at(-1)?.rate;
  if (rate !== undefined) return {mode: 'open', rate, arrivals: flags.poisson ? 'poisson' : 'constant', rampMs: flags.ramp ?? 0, steps};
  if (flags.poisson || flags.ramp !== undefined)
    throw new KiadaError('USAGE', `--${flags.poisson ? 'poisson' : 'ramp'} needs a rate`, {hint: 'Add --rate R.'});
  return {mode: 'closed'};
}

function durationOf(flags: LoadFlags, pace: LoadPlan['pace']): number | null {
  if (flags.duration !== undefined) return flags.duration;
  if (pace.mode === 'open' && pace.steps.length > 0)
    return Math.max(0, pace.steps.reduce((sum, step) => sum + step.durationMs, 0) - (flags.warmup ?? 0));
  return flags.requests === undefined ? DEFAULT_DURATION_MS : null;
}

/** `clusterip,nodeport`, or nothing and `all` for every path that is there. */
export function parsePaths(text: string | undefined): readonly Path[] {
  if (text === undefined || text === 'all') return [];
  return text.split(',').map((word) => {
    const path = PATHS.find((known) => known === word.trim());
    if (path === undefined)
      throw new KiadaError('USAGE', `"${word}" is no path that load can take`, {hint: `Name some of ${PATHS.join(', ')}, or all.`});
    return path;
  });
}

function parseIdentify(text: string): Identify {
  if (text === 'auto') return {by: 'auto'};
  const [, kind, value = ''] = /^(header|body):(.+)$/s.exec(text) ?? [];
  if (kind === 'header') return {by: 'header', name: value};
  if (kind !== 'body') throw new KiadaError('USAGE', `--identify takes auto, header:NAME or body:REGEX, not "${text}"`);
  try {
    return {by: 'body', pattern: new RegExp(value)};
  } catch (error) {
    throw new KiadaError('USAGE', `--identify body: no regular expression: ${value}`, {cause: error});
  }
}
