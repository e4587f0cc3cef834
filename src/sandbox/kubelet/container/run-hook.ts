import {runProbe} from '../../../probe/index.ts';
import type {PodEnvironment} from '../pod/pod-environment.ts';
import type {ContainerSpec, LifecycleHandler} from '../pod/pod-object.ts';
import {captureExec} from './capture-exec.ts';
import type {ContainerRun} from './container-run.ts';

/** Runs a postStart or preStop handler. Null where it succeeded, else what went wrong. */
export async function runHook(
  handler: LifecycleHandler,
  spec: ContainerSpec,
  run: ContainerRun,
  pod: PodEnvironment,
  signal: AbortSignal,
): Promise<string | null> {
  if (handler.sleep) {
    await pod.context.clock.sleep(handler.sleep.seconds * 1000, signal);
    return null;
  }
  if (handler.exec) {
    const ended = await captureExec(run, handler.exec.command ?? [], signal);
    if (ended.kind === 'failed') return ended.message;
    return ended.exitCode === 0 ? null : `command '${handler.exec.command?.join(' ')}' exited with ${ended.exitCode}: ${ended.output}`;
  }
  if (!handler.httpGet) return null; // tcpSocket is accepted by the API and has no effect
  const {network, nodeName} = pod.context;
  const outcome = await runProbe(
    {httpGet: handler.httpGet, timeoutSeconds: 24 * 3600},
    {
      dial: async (target, options) => (await network.dial({kind: 'Node', name: nodeName}, target, options)).connection,
      podIP: pod.place.podIPs[0] ?? '',
      ports: spec.ports ?? [],
    },
    signal,
  );
  // any answer is good enough for a hook, whatever its status
  return outcome.result === 'failure' && !outcome.message.startsWith('HTTP probe failed') ? outcome.message : null;
}
