import {randomBytes} from 'node:crypto';
import path from 'node:path';
import {ContainerLog} from '../logs/container-log.ts';
import type {PodEnvironment} from '../pod/pod-environment.ts';
import type {ContainerSpec} from '../pod/pod-object.ts';
import {commandNames} from '../shell/common-program.ts';
import {ContainerRun} from './container-run.ts';
import {ConfigError, containerEnvironment} from './environment.ts';
import {expandReferences} from './expand.ts';
import type {PulledImage} from './pull-image.ts';
import {rootFiles} from './root-files.ts';
import {Variables} from './variables.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What one run of a container is made of: the run itself, and what it is to execute. */
export interface CreatedRun {
  readonly run: ContainerRun;
  readonly command: readonly string[];
}

/** The file of a container's log: one per run, so that the run before can still be read. */
export function logFile(dataDir: string, podUid: string, container: string, restartCount: number): string {
  return path.join(dataDir, 'logs', podUid, container, `${restartCount}.log`);
}

/** Makes a container from its spec and image. Throws ConfigError for what its configuration lacks. */
export function createRun(spec: ContainerSpec, pulled: PulledImage, restartCount: number, pod: PodEnvironment): CreatedRun {
  const {context} = pod;
  const object = pod.current();
  const own = containerEnvironment({
    api: context.api,
    pod: object,
    container: spec,
    place: pod.place,
    serviceVariables: context.serviceLinks(object.metadata.namespace, object.spec.enableServiceLinks ?? true),
  });
  const {image} = pulled;
  const env = withDefaults(own, {PATH: DEFAULT_PATH, HOSTNAME: pod.hostName.hostname, ...image.env}, spec);
  const log = new ContainerLog(logFile(context.dataDir, object.metadata.uid, spec.name, restartCount), () => context.clock.now());
  const files = rootFiles({
    image,
    hostname: pod.hostName.hostname,
    etcHosts: pod.etcHosts,
    resolver: pod.resolver,
    commands: commandNames(),
    log,
    readOnly: spec.securityContext?.readOnlyRootFilesystem === true,
  });
  pod.volumes.mountInto(files, spec, own);
  const workingDir = spec.workingDir || image.workingDir || '/';
  if (!files.exists(workingDir)) files.makeDirectories(workingDir);
  const run = new ContainerRun({
    id: randomBytes(32).toString('hex'),
    image,
    files,
    env,
    hostname: pod.hostName.hostname,
    workingDir,
    network: pod.network,
    log,
    stdin: spec.stdin === true,
    stdinOnce: spec.stdinOnce === true,
    tty: spec.tty === true,
  });
  return {run, command: commandOf(spec, pulled, own)};
}

/** `command` replaces the entrypoint and with it the image's cmd; `args` replaces the cmd alone. */
function commandOf(spec: ContainerSpec, {image}: PulledImage, env: ReadonlyMap<string, string>): readonly string[] {
  const expand = (text: string) => expandReferences(text, (name) => env.get(name));
  const command = spec.command?.length ? spec.command.map(expand) : image.entrypoint;
  const args = spec.args?.length ? spec.args.map(expand) : spec.command?.length ? [] : image.cmd;
  const all = [...command, ...args];
  if (all.length === 0) throw new ConfigError(`no command specified`);
  return all;
}

/** What the runtime and the image set, where the pod sets nothing else. */
function withDefaults(
  own: ReadonlyMap<string, string>,
  image: Readonly<Record<string, string>>,
  spec: ContainerSpec,
): ReadonlyMap<string, string> {
  const terminal = spec.tty ? {TERM: 'xterm'} : {};
  const defaults = Object.entries({HOME: '/root', ...terminal, ...image}).filter(([name]) => !own.has(name));
  return new Variables(new Map(defaults), own);
}
