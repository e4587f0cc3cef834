import {type ProbeOutcome, type ProbeRole, type ProbeSpec, runProbe, runProbeWorker} from '../../../probe/index.ts';
import {type PodEnvironment, recordPodEvent} from '../pod/pod-environment.ts';
import type {ContainerSpec} from '../pod/pod-object.ts';
import {captureExec} from './capture-exec.ts';
import type {ContainerRun} from './container-run.ts';

export interface ProbedContainer {
  readonly spec: ContainerSpec;
  readonly isInit: boolean;
  readonly run: ContainerRun;
  /** A startup probe succeeded, or there is none. */
  readonly onStarted: () => void;
  readonly onReady: (ready: boolean) => void;
  /** A liveness or startup probe has failed for good. */
  readonly onFailed: (role: 'liveness' | 'startup', spec: ProbeSpec) => void;
}

const TITLES = {startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness'} as const;

/**
 * Probes a running container: startup first, then liveness and readiness side by side, until the signal is aborted.
 * `ending` stops liveness and startup alone: a pod that is being ended is still asked whether it can serve.
 */
export async function probeContainer(container: ProbedContainer, pod: PodEnvironment, signal: AbortSignal): Promise<void> {
  const {startupProbe, livenessProbe, readinessProbe} = container.spec;
  const living = AbortSignal.any([signal, pod.ending]);
  const start = (role: ProbeRole, spec: ProbeSpec, until: AbortSignal, onSuccess: () => void) =>
    runProbeWorker(
      {
        role,
        spec,
        clock: pod.context.clock,
        run: (probe, abort) => execute(probe, container, pod, abort),
        onOutcome: (outcome) => reportOutcome(role, outcome, container, pod),
        onEstablished: ({established}) => {
          if (established === 'success') onSuccess();
          else if (role === 'readiness') container.onReady(false);
          else if (established === 'failure') container.onFailed(role, spec);
        },
      },
      until,
    );
  let started = startupProbe === undefined;
  if (startupProbe) {
    await start('startup', startupProbe, living, () => {
      started = true;
    });
  }
  if (!started || signal.aborted) return;
  container.onStarted();
  if (!readinessProbe) container.onReady(true);
  await Promise.all([
    livenessProbe ? start('liveness', livenessProbe, living, () => {}) : null,
    readinessProbe ? start('readiness', readinessProbe, signal, () => container.onReady(true)) : null,
  ]);
}

function execute(probe: ProbeSpec, {spec, run}: ProbedContainer, pod: PodEnvironment, signal: AbortSignal): Promise<ProbeOutcome> {
  const {network, nodeName} = pod.context;
  return runProbe(
    probe,
    {
      dial: async (target, options) => (await network.dial({kind: 'Node', name: nodeName}, target, options)).connection,
      exec: (command, options) => captureExec(run, command, options.signal),
      podIP: pod.place.podIPs[0] ?? '',
      ports: spec.ports ?? [],
    },
    signal,
  );
}

function reportOutcome(role: ProbeRole, outcome: ProbeOutcome, {spec, isInit}: ProbedContainer, pod: PodEnvironment): void {
  const title = TITLES[role];
  const record = (reason: string, message: string) =>
    recordPodEvent(pod.context, pod.current(), {spec, isInit}, 'Warning', reason, message);
  if (outcome.result === 'failure') record('Unhealthy', `${title} probe failed: ${outcome.message}`);
  if (outcome.result === 'unknown') record('Unhealthy', `${title} probe errored and resulted in unknown state: ${outcome.message}`);
  if (outcome.result === 'warning') record('ProbeWarning', `${title} probe warning: ${outcome.message}`);
}
