import type {Readable, Writable} from 'node:stream';
import type {Connection} from '../model/index.ts';

/** What the kubelets offer to the API server: the subresources of running pods. */
export interface PodRuntime {
  /** The container's log, as bytes ready to send. Throws ApiError (container not found, waiting to start, no previous instance). */
  logs(pod: PodContainer, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Runs a command in a running container. */
  exec(pod: PodContainer, options: ExecOptions, signal: AbortSignal): Promise<ExecExit>;
  /** Joins the streams of the container's main process. */
  attach(pod: PodContainer, options: Omit<ExecOptions, 'command'>, signal: AbortSignal): Promise<ExecExit>;
  /** Why nothing can be executed in the container, in the kubelet's words; null (or no such method) where it runs. Throws ApiError as `logs` does. */
  refusal?(pod: PodContainer): string | null;
  /** A connection to a port on the pod's own loopback, as port-forward makes it. Rejects with ECONNREFUSED where nobody listens. */
  dialPod(pod: {readonly namespace: string; readonly name: string}, port: number): Promise<Connection>;
}

export interface PodContainer {
  readonly namespace: string;
  readonly name: string;
  /** null: the default container (annotation `kubectl.kubernetes.io/default-container`, else the first). */
  readonly container: string | null;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | null;
  readonly sinceSeconds: number | null;
  readonly sinceTime: string | null;
  readonly limitBytes: number | null;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly stdin: Readable | null;
  readonly stdout: Writable | null;
  readonly stderr: Writable | null;
  /** Terminal sizes as the client tells them. */
  readonly resize: AsyncIterable<{readonly width: number; readonly height: number}> | null;
}

export type ExecExit = {readonly kind: 'exited'; readonly exitCode: number} | {readonly kind: 'failed'; readonly message: string};
