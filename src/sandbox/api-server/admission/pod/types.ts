import type {KubernetesObject} from '../../../../model/index.ts';

/** A Pod on its way through admission: the fields that the rules speak of, every one open to be filled in. */
export interface PodObject extends KubernetesObject {
  spec?: PodSpec;
  status?: Record<string, unknown>;
}

/** What carries a Pod's spec with metadata of its own. */
export interface PodTemplate {
  metadata?: {labels?: Record<string, string>; annotations?: Record<string, string>; [field: string]: unknown};
  spec?: PodSpec;
}

export interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
  volumes?: Volume[];
  tolerations?: Toleration[];
  restartPolicy?: string;
  dnsPolicy?: string;
  dnsConfig?: {nameservers?: string[]; searches?: string[]; options?: {name?: string}[]};
  schedulerName?: string;
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  enableServiceLinks?: boolean;
  hostNetwork?: boolean;
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  hostname?: string;
  subdomain?: string;
  priority?: number;
  priorityClassName?: string;
  preemptionPolicy?: string;
  schedulingGates?: {name: string}[];
  readinessGates?: {conditionType?: string}[];
  imagePullSecrets?: {name?: string}[];
  hostAliases?: {ip?: string; hostnames?: string[]}[];
  securityContext?: Record<string, unknown>;
  resources?: Resources;
  [field: string]: unknown;
}

export interface Container {
  name?: string;
  image?: string;
  imagePullPolicy?: string;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  restartPolicy?: string;
  ports?: ContainerPort[];
  env?: EnvVar[];
  envFrom?: {prefix?: string; configMapRef?: {name?: string}; secretRef?: {name?: string}}[];
  resources?: Resources;
  volumeMounts?: VolumeMount[];
  volumeDevices?: {name?: string; devicePath?: string}[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: {postStart?: Handler; preStop?: Handler};
  [field: string]: unknown;
}

export interface ContainerPort {
  name?: string;
  containerPort?: number;
  hostPort?: number;
  protocol?: string;
}

export interface EnvVar {
  name?: string;
  value?: string;
  valueFrom?: {
    fieldRef?: FieldRef;
    resourceFieldRef?: {containerName?: string; resource?: string; divisor?: string};
    configMapKeyRef?: {name?: string; key?: string};
    secretKeyRef?: {name?: string; key?: string};
    fileKeyRef?: Record<string, unknown>;
  };
}

export interface FieldRef {
  apiVersion?: string;
  fieldPath?: string;
}

export interface Resources {
  limits?: Record<string, string | number>;
  requests?: Record<string, string | number>;
}

export interface VolumeMount {
  name?: string;
  mountPath?: string;
  subPath?: string;
  subPathExpr?: string;
  readOnly?: boolean;
}

export interface Handler {
  exec?: {command?: string[]};
  httpGet?: {path?: string; port?: number | string; scheme?: string; host?: string; httpHeaders?: {name: string}[]};
  tcpSocket?: {port?: number | string};
  grpc?: {port?: number; service?: string};
  sleep?: {seconds?: number};
}

export interface Probe extends Handler {
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
  terminationGracePeriodSeconds?: number;
}

export interface Volume {
  name?: string;
  [source: string]: unknown;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

/** Ordinary containers after those that run before them. */
export function containersOf(spec: PodSpec): Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
}
