import {randomBytes} from 'node:crypto';
import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../../errors.ts';
import {type KubeClient, openExec} from '../../kube/index.ts';
import type {KubernetesObject} from '../../model/index.ts';
import type {Agent, AgentOptions} from './agent.ts';
import {agentProgram} from './start-job.ts';

const READY_TIMEOUT_MS = 60_000;
const FILE = '/tmp/kiada-agent.mjs';
/** Which process to end: where the pod's containers share their processes it is not the first. */
const PID_FILE = '/tmp/kiada-agent.pid';

/**
 * An agent in a pod's own network, as an ephemeral container. Such a container cannot be taken out of a pod again: it ends with the
 * client's leave or at its deadline, and its record stays in the pod until the pod goes. Throws what the API refuses. `onAdded` is called
 * once the record is there.
 */
export async function startInPod(
  client: KubeClient,
  pod: {readonly namespace: string; readonly name: string},
  options: AgentOptions,
  onAdded: () => void,
): Promise<Agent> {
  const container = `kiada-agent-${randomBytes(3).toString('hex')}`;
  const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}`;
  await client.send({
    method: 'PATCH',
    path: `${path}/ephemeralcontainers`,
    contentType: 'application/strategic-merge-patch+json',
    body: {spec: {ephemeralContainers: [ephemeral(container, options)]}},
  });
  onAdded();
  await untilRunning(client, path, container, options.signal);
  const target = {namespace: pod.namespace, pod: pod.name, container};
  await install(client, target);
  return {
    at: `pod/${pod.name}`,
    target,
    pod: null,
    run: (args) => openExec(client, target, ['node', FILE, ...args], {stdin: true}),
    close: async () => {
      const leave = openExec(client, target, ['node', '-e', `process.kill(Number(require('fs').readFileSync('${PID_FILE}')))`], {
        stdin: false,
      });
      await leave.exit.catch(() => {}); // it may be gone with the container before it can say so
    },
  };
}

function ephemeral(name: string, options: AgentOptions): object {
  return {
    name,
    image: options.image,
    imagePullPolicy: 'IfNotPresent',
    command: [
      'node',
      '-e',
      `process.on('SIGTERM', () => process.exit(0)); setTimeout(() => process.exit(0), ${options.deadlineSeconds * 1000});
      require('fs').writeFileSync('${PID_FILE}', String(process.pid))`,
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: {drop: ['ALL']},
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: {type: 'RuntimeDefault'},
    },
  };
}

interface EphemeralStatus {
  readonly name: string;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: {readonly reason?: string; readonly message?: string};
    readonly terminated?: {readonly message?: string};
  };
}

async function untilRunning(client: KubeClient, path: string, container: string, signal: AbortSignal | null): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (signal?.aborted) throw new KiadaError('INTERRUPTED', 'interrupted while the agent was starting');
    const pod = (await client.get(path)) as KubernetesObject;
    const statuses = ((pod['status'] ?? {}) as {ephemeralContainerStatuses?: readonly EphemeralStatus[]}).ephemeralContainerStatuses ?? [];
    const state = statuses.find((status) => status.name === container)?.state;
    if (state?.running) return;
    const reason = state?.waiting?.reason ?? '';
    if (state?.terminated || /ImagePull|InvalidImageName|CreateContainer.*Error/.test(reason) || Date.now() > deadline) {
      throw new KiadaError(
        'UNKNOWABLE',
        `the agent does not come up in the pod: ${reason} ${state?.waiting?.message ?? state?.terminated?.message ?? ''}`.trim(),
        {hint: 'Name an image that the cluster has with --agent-image.'},
      );
    }
    await delay(250);
  }
}

/** An ephemeral container can mount nothing of its own, so the program comes over standard input. */
async function install(client: KubeClient, target: Agent['target']): Promise<void> {
  const session = openExec(client, target, ['node', '-e', `require('fs').writeFileSync('${FILE}', require('fs').readFileSync(0))`], {
    stdin: true,
  });
  session.stdout.resume();
  session.stderr.resume();
  session.stdin.end(agentProgram());
  const code = await session.exit;
  if (code !== 0) throw new KiadaError('UNKNOWABLE', `the agent's program cannot be written in the pod (exit code ${code})`);
}
