import type {KubernetesObject} from '../../model/index.ts';
import {AGENT_CONTAINER, AGENT_LABELS, type AgentOptions} from './agent.ts';

/** Where one agent, or several as one Job, run. */
export interface AgentPlacement {
  readonly count: number;
  /** One node; null for wherever there is room, spread over nodes and zones. */
  readonly node: string | null;
  readonly network: AgentNetwork;
}

/** What of a pod's spec decides over its network and its resolver. */
export interface AgentNetwork {
  /** In the node's own network. */
  readonly hostNetwork: boolean;
  readonly dnsPolicy: string;
  readonly dnsConfig?: unknown;
}

/** An ordinary pod's. */
export const POD_NETWORK: AgentNetwork = {hostNetwork: false, dnsPolicy: 'ClusterFirst'};

/** The network of a pod, for another pod beside it. */
export function networkOf(pod: KubernetesObject | null): AgentNetwork {
  const {hostNetwork, dnsPolicy, dnsConfig} = (pod?.['spec'] ?? {}) as Partial<AgentNetwork>;
  return {hostNetwork: hostNetwork ?? false, dnsPolicy: dnsPolicy ?? 'ClusterFirst', ...(dnsConfig === undefined ? {} : {dnsConfig})};
}

const MOUNT = '/kiada';
export const PROGRAM = `${MOUNT}/agent.js`;

/** The program as a ConfigMap that goes with its Job. */
export function programMap(name: string, namespace: string, program: string, job: KubernetesObject): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace,
      labels: AGENT_LABELS,
      ownerReferences: [{apiVersion: 'batch/v1', kind: 'Job', name: job.metadata?.name ?? '', uid: job.metadata?.uid ?? ''}],
    },
    data: {'agent.js': program, 'package.json': '{"type":"module"}'},
  };
}

/**
 * A Job whose pods wait to be told what to do. It goes by itself: the pods end at the deadline, the Job and all that it owns right after
 * (ttlSecondsAfterFinished).
 */
export function agentJob(placement: AgentPlacement, options: AgentOptions, configMap: string): KubernetesObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {name: configMap, namespace: options.namespace, labels: AGENT_LABELS},
    spec: {
      completionMode: 'Indexed',
      completions: placement.count,
      parallelism: placement.count,
      backoffLimit: 0,
      activeDeadlineSeconds: options.deadlineSeconds,
      ttlSecondsAfterFinished: 0,
      template: {metadata: {labels: AGENT_LABELS}, spec: podSpec(placement, options, configMap)},
    },
  };
}

function podSpec(placement: AgentPlacement, options: AgentOptions, configMap: string): object {
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    ...placement.network,
    // who asks for a node gets it, whatever it is tainted with
    ...(placement.node === null
      ? {topologySpreadConstraints: spread(configMap)}
      : {nodeName: placement.node, tolerations: [{operator: 'Exists'}]}),
    securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: 'RuntimeDefault'}},
    containers: [
      {
        name: AGENT_CONTAINER,
        image: options.image,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', PROGRAM, 'wait', String(options.deadlineSeconds)],
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ['ALL']}},
        // no limit of CPU: where it is throttled, the pauses would be measured as the Service's latency
        resources: {requests: {cpu: '50m', memory: '64Mi'}, limits: {memory: '512Mi'}},
        volumeMounts: [{name: 'program', mountPath: MOUNT, readOnly: true}],
      },
    ],
    volumes: [{name: 'program', configMap: {name: configMap}}],
  };
}

/** Over zones and nodes, as even as there is room for: among the pods of this Job. */
function spread(job: string): readonly object[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: {matchLabels: {'batch.kubernetes.io/job-name': job}},
  }));
}
