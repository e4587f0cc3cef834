import type {Api} from '../../api.ts';
import {fieldValue, type PodPlace, resourceValue} from '../container/downward.ts';
import {readData} from '../container/environment.ts';
import type {DownwardFile, KeyToPath, PodObject, ProjectedSource, VolumeSpec} from '../pod/pod-object.ts';

/** The files that a volume projects, by path below its root. */
export type Payload = ReadonlyMap<string, {readonly content: Uint8Array; readonly mode: number}>;

/** Why a volume cannot be set up yet. */
export class VolumeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VolumeError';
  }
}

/** What a token of a service account is asked for with. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** null: the API server's own. */
  readonly audience: string | null;
  readonly expirationSeconds: number;
  readonly pod: {readonly name: string; readonly uid: string};
}

export interface PayloadInput {
  readonly api: Api;
  readonly pod: PodObject;
  readonly place: PodPlace;
  readonly issueToken: (request: TokenRequest) => string;
}

type File = {content: Uint8Array; mode: number};

const DEFAULT_MODE = 0o644;

/** Whether a volume's content comes from API objects, and so is made and renewed by the kubelet. */
export function isProjected(volume: VolumeSpec): boolean {
  return Boolean(volume.configMap || volume.secret || volume.downwardAPI || volume.projected);
}

/** The files of a configMap, secret, downwardAPI or projected volume. Throws VolumeError for what is missing and not optional. */
export function volumePayload(volume: VolumeSpec, input: PayloadInput): Payload {
  const {configMap, secret, downwardAPI, projected} = volume;
  if (configMap) return new Map(projectKeys('configmaps', configMap, configMap.defaultMode ?? DEFAULT_MODE, input));
  if (secret) return new Map(projectKeys('secrets', {...secret, name: secret.secretName}, secret.defaultMode ?? DEFAULT_MODE, input));
  if (downwardAPI) return new Map(projectFields(downwardAPI.items ?? [], downwardAPI.defaultMode ?? DEFAULT_MODE, input));
  const mode = projected?.defaultMode ?? DEFAULT_MODE;
  return new Map((projected?.sources ?? []).flatMap((source) => [...projectSource(source, mode, input)]));
}

function projectSource(source: ProjectedSource, mode: number, input: PayloadInput): Iterable<[string, File]> {
  if (source.configMap) return projectKeys('configmaps', source.configMap, mode, input);
  if (source.secret) return projectKeys('secrets', source.secret, mode, input);
  if (source.downwardAPI) return projectFields(source.downwardAPI.items ?? [], mode, input);
  return source.serviceAccountToken ? [projectToken(source.serviceAccountToken, mode, input)] : [];
}

interface Keys {
  readonly name: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

function* projectKeys(resource: 'configmaps' | 'secrets', source: Keys, mode: number, input: PayloadInput): Generator<[string, File]> {
  const {namespace} = input.pod.metadata;
  const data = readData(input.api, resource, namespace, source.name);
  if (!data) {
    if (source.optional) return;
    throw new VolumeError(`${resource === 'secrets' ? 'secret' : 'configmap'} "${source.name}" not found`);
  }
  if (!source.items) {
    for (const [key, content] of data) yield [key, {content, mode}];
    return;
  }
  for (const item of source.items) {
    const content = data.get(item.key);
    if (content) yield [item.path, {content, mode: item.mode ?? mode}];
    else if (!source.optional) {
      throw new VolumeError(
        `${resource === 'secrets' ? 'references non-existent secret key' : 'configmap references non-existent config key'}: ${item.key}`,
      );
    }
  }
}

function* projectFields(files: readonly DownwardFile[], mode: number, input: PayloadInput): Generator<[string, File]> {
  for (const file of files) {
    const {resourceFieldRef: resource, fieldRef: field} = file;
    const container = resource && input.pod.spec.containers.find(({name}) => name === resource.containerName);
    const text = field
      ? fieldValue(field, input.pod, input.place)
      : resource && container
        ? resourceValue(resource, container, input.place)
        : '';
    yield [file.path, {content: Buffer.from(text), mode: file.mode ?? mode}];
  }
}

function projectToken(source: NonNullable<ProjectedSource['serviceAccountToken']>, mode: number, input: PayloadInput): [string, File] {
  const {name, namespace, uid} = input.pod.metadata;
  const token = input.issueToken({
    namespace,
    serviceAccount: input.pod.spec.serviceAccountName ?? 'default',
    audience: source.audience ?? null,
    expirationSeconds: source.expirationSeconds ?? 3600,
    pod: {name, uid},
  });
  return [source.path, {content: Buffer.from(token), mode: input.pod.spec.securityContext?.fsGroup === undefined ? mode : 0o640}];
}
