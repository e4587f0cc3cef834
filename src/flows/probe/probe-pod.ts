import type {Pod, ProbeOutcome, Vantage} from '../../model/index.ts';
import type {ExecInContainer, ProbeSpec, ProbeOutcome as RawOutcome} from '../../probe/index.ts';
import type {Reach} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {type DeclaredProbe, declaredProbes, type ProbeRoleName} from './declared-probe.ts';

/** What overrides the declared probe. */
export interface ProbeOverrides {
  readonly role: ProbeRoleName;
  readonly http?: string | undefined;
  readonly tcp: boolean;
  readonly grpc: boolean;
  readonly timeoutMs?: number | undefined;
  /** Where connections start; null: at each pod's own node, as the kubelet's do. */
  readonly at: Vantage | null;
}

/**
 * Executes a pod's probe once, as the kubelet on its node would. Where several containers declare one, the worst outcome counts.
 * Unknown where nothing can be executed from here.
 */
export async function probePod(
  source: ClusterSource,
  reach: Reach,
  pod: Pod,
  port: number | null,
  overrides: ProbeOverrides,
): Promise<ProbeOutcome> {
  const declared = overridden(declaredProbes(pod, overrides.role, port), port, overrides);
  const probes = [...declared, ...(await targetPortProbe(declared, port, reach, pod, overrides))];
  if (probes.length === 0) return unknown('tcpSocket', 'the pod declares neither a probe nor a port');
  const outcomes = await Promise.all(probes.map((probe) => execute(source, reach, pod, probe, overrides.at)));
  const order = {failure: 0, unknown: 1, success: 2};
  return outcomes.toSorted((a, b) => order[a.outcome] - order[b.outcome])[0] as ProbeOutcome;
}

/**
 * A probe that asks another port, or runs a command, says nothing of the port that the Service leads to: it must take connections too.
 * In a real cluster only where a vantage is asked for.
 */
async function targetPortProbe(
  declared: readonly DeclaredProbe[],
  port: number | null,
  reach: Reach,
  pod: Pod,
  {at, role}: ProbeOverrides,
): Promise<readonly DeclaredProbe[]> {
  const {resolvePort} = await import('../../probe/index.ts');
  if (port === null || role !== 'readinessProbe' || reach.whyNot(at ?? {kind: 'Node', name: pod.nodeName ?? ''}) !== null) return [];
  const asked = declared.flatMap(({spec, ports}) => {
    const number = spec.httpGet?.port ?? spec.tcpSocket?.port ?? spec.grpc?.port;
    return number === undefined ? [] : [resolvePort(number, ports)];
  });
  if (declared.length === 0 || asked.includes(port)) return [];
  return [
    {
      spec: {tcpSocket: {port}, timeoutSeconds: 2},
      container: null,
      ports: [],
      declared: false,
      because: 'the declared probe asks another port',
    },
  ];
}

function overridden(probes: readonly DeclaredProbe[], port: number | null, overrides: ProbeOverrides): readonly DeclaredProbe[] {
  const timeout = overrides.timeoutMs === undefined ? {} : {timeoutSeconds: overrides.timeoutMs / 1000};
  const made = (spec: ProbeSpec): readonly DeclaredProbe[] => [
    {spec: {timeoutSeconds: 2, ...spec, ...timeout}, container: null, ports: [], declared: false},
  ];
  if (overrides.http !== undefined && port !== null) return made({httpGet: {path: overrides.http, port}});
  if (overrides.tcp && port !== null) return made({tcpSocket: {port}});
  if (overrides.grpc && port !== null) return made({grpc: {port}});
  return probes.map((probe) => ({...probe, spec: {...probe.spec, ...timeout}}));
}

async function execute(source: ClusterSource, reach: Reach, pod: Pod, probe: DeclaredProbe, at: Vantage | null): Promise<ProbeOutcome> {
  const {probeKind} = await import('../../probe/index.ts');
  const kind = probeKind(probe.spec) ?? 'tcpSocket';
  const podIP = pod.ips[0];
  if (podIP === undefined) return unknown(kind, 'the pod has no address yet');
  const from = at ?? ({kind: 'Node', name: pod.nodeName ?? ''} as const);
  const why = kind === 'exec' ? null : reach.whyNot(from);
  if (why !== null && probe.spec.httpGet) {
    const {probeByApiProxy} = await import('./api-proxy-probe.ts');
    return probeByApiProxy(source.client, pod, probe.spec.httpGet, probe.ports, (probe.spec.timeoutSeconds ?? 1) * 1000);
  }
  if (why !== null) return unknown(kind, why);
  const outcome = await outcomeOf(source, reach, pod, probe, kind === 'exec' ? null : from, podIP);
  const result = outcome.result === 'warning' ? 'success' : outcome.result;
  const what = probe.declared ? '' : ` (${probe.because ?? 'no probe is declared'}: a TCP connect to its port)`;
  return {
    kind,
    outcome: result,
    detail: `${outcome.message || (result === 'success' ? 'ok' : '')}${what}`,
    durationMs: Math.round(outcome.durationMs * 10) / 10,
  };
}

/** `from` null: no connection is opened, the probe is a command in the container. */
async function outcomeOf(
  source: ClusterSource,
  reach: Reach,
  pod: Pod,
  probe: DeclaredProbe,
  from: Vantage | null,
  podIP: string,
): Promise<RawOutcome> {
  if (from !== null && from.kind !== 'Outside' && reach.agents !== null) {
    const {probeByAgent} = await import('../agents/agent-probe.ts');
    return probeByAgent(await reach.agents.agentAt(from), {spec: probe.spec, podIP, ports: probe.ports});
  }
  const {runProbe} = await import('../../probe/index.ts');
  const dial = from === null ? null : reach.dialFrom(from);
  return runProbe(probe.spec, {
    dial: async (target, options) => {
      if (dial === null) throw new Error('an exec probe opens no connection');
      return (await dial(target, options)).socket;
    },
    exec: execOf(source, pod, probe.container),
    podIP,
    ports: probe.ports,
  });
}

function execOf(source: ClusterSource, pod: Pod, container: string | null): ExecInContainer {
  return async (command, {signal}) => {
    const {execInContainer} = await import('../../kube/index.ts');
    try {
      const {exitCode, output} = await execInContainer(
        source.client,
        {namespace: pod.namespace, pod: pod.name, container},
        command,
        signal,
      );
      return {kind: 'exited', exitCode, output};
    } catch (error) {
      return {kind: 'failed', message: error instanceof Error ? error.message : String(error)};
    }
  };
}

function unknown(kind: ProbeOutcome['kind'], detail: string): ProbeOutcome {
  return {kind, outcome: 'unknown', detail, durationMs: 0};
}
