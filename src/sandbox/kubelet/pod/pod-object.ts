import type {KubernetesObject, ObjectMeta} from '../../../model/index.ts';
import type {ProbeSpec} from '../../../probe/index.ts';

// A Pod as the API server stores it: validated and defaulted, so the kubelet reads it without doubting it.
// Only what the kubelet acts on is named here.

export interface PodObject extends KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & {readonly name: string; readonly namespace: string; readonly uid: string};
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly volumes?: readonly VolumeSpec[];
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds?: number;
  readonly activeDeadlineSeconds?: number;
  readonly dnsPolicy?: string;
  readonly dnsConfig?: unknown;
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly setHostnameAsFQDN?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly hostAliases?: readonly {readonly ip: string; readonly hostnames?: readonly string[]}[];
  readonly readinessGates?: readonly {readonly conditionType: string}[];
  readonly securityContext?: {readonly fsGroup?: number; readonly runAsUser?: number; readonly runAsGroup?: number};
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly hostPort?: number;
    readonly protocol?: string;
  }[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly resources?: {readonly requests?: Quantities; readonly limits?: Quantities};
  readonly volumeMounts?: readonly VolumeMount[];
  readonly livenessProbe?: ProbeSpec;
  readonly readinessProbe?: ProbeSpec;
  readonly startupProbe?: ProbeSpec;
  readonly lifecycle?: {readonly postStart?: LifecycleHandler; readonly preStop?: LifecycleHandler};
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: 'File' | 'FallbackToLogsOnError';
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly securityContext?: {readonly readOnlyRootFilesystem?: boolean; readonly runAsUser?: number; readonly runAsGroup?: number};
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
}

export type Quantities = Readonly<Record<string, string>>;

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: FieldRef;
    readonly resourceFieldRef?: ResourceFieldRef;
    readonly configMapKeyRef?: KeyRef;
    readonly secretKeyRef?: KeyRef;
  };
}

export interface FieldRef {
  readonly fieldPath: string;
}

export interface ResourceFieldRef {
  readonly containerName?: string;
  readonly resource: string;
  readonly divisor?: string;
}

export interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

export interface EnvFromSource {
  readonly prefix?: string;
  readonly configMapRef?: {readonly name: string; readonly optional?: boolean};
  readonly secretRef?: {readonly name: string; readonly optional?: boolean};
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly subPath?: string;
  readonly subPathExpr?: string;
}

export interface KeyToPath {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

export interface DownwardFile {
  readonly path: string;
  readonly mode?: number;
  readonly fieldRef?: FieldRef;
  readonly resourceFieldRef?: ResourceFieldRef;
}

export interface ProjectedSource {
  readonly configMap?: {readonly name: string; readonly items?: readonly KeyToPath[]; readonly optional?: boolean};
  readonly secret?: {readonly name: string; readonly items?: readonly KeyToPath[]; readonly optional?: boolean};
  readonly downwardAPI?: {readonly items?: readonly DownwardFile[]};
  readonly serviceAccountToken?: {readonly path: string; readonly audience?: string; readonly expirationSeconds?: number};
}

export interface VolumeSpec {
  readonly name: string;
  readonly emptyDir?: {readonly medium?: string};
  readonly configMap?: {
    readonly name: string;
    readonly items?: readonly KeyToPath[];
    readonly optional?: boolean;
    readonly defaultMode?: number;
  };
  readonly secret?: {
    readonly secretName: string;
    readonly items?: readonly KeyToPath[];
    readonly optional?: boolean;
    readonly defaultMode?: number;
  };
  readonly downwardAPI?: {readonly items?: readonly DownwardFile[]; readonly defaultMode?: number};
  readonly projected?: {readonly sources?: readonly ProjectedSource[]; readonly defaultMode?: number};
  readonly persistentVolumeClaim?: {readonly claimName: string; readonly readOnly?: boolean};
  readonly hostPath?: {readonly path: string; readonly type?: string};
}

export interface LifecycleHandler {
  readonly exec?: {readonly command?: readonly string[]};
  readonly httpGet?: NonNullable<ProbeSpec['httpGet']>;
  readonly tcpSocket?: NonNullable<ProbeSpec['tcpSocket']>;
  readonly sleep?: {readonly seconds: number};
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
  readonly lastProbeTime?: string | null;
  readonly observedGeneration?: number;
}

export interface ContainerState {
  readonly waiting?: {readonly reason: string; readonly message?: string};
  readonly running?: {readonly startedAt: string};
  readonly terminated?: TerminatedState;
}

export interface TerminatedState {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: string | null;
  readonly finishedAt: string;
  readonly containerID: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly started: boolean;
  readonly volumeMounts?: readonly unknown[];
  readonly allocatedResources?: Quantities;
  readonly resources?: {readonly limits?: Quantities; readonly requests?: Quantities};
  readonly user?: {readonly linux: {readonly uid: number; readonly gid: number; readonly supplementalGroups: readonly number[]}};
}

export interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly PodCondition[];
  readonly reason?: string;
  readonly message?: string;
  readonly hostIP?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly {readonly ip: string}[];
  readonly startTime?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly qosClass?: string;
}

/** The API server is the only one who stores pods, and it stores none that lacks what `PodObject` asks for. */
export function asPod(object: KubernetesObject): PodObject {
  return object as unknown as PodObject;
}

/** An init container that keeps running beside the others. */
export function isSidecar(container: ContainerSpec): boolean {
  return container.restartPolicy === 'Always';
}
