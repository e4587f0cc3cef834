import {createHash} from 'node:crypto';
import type {Image} from '../../image.ts';

/** A reference cut into what names the repository and what names the version. */
export interface ImageReference {
  /** With registry and `library/`: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string;
  /** As container runtimes report it. */
  readonly text: string;
}

/** Null for what is no reference. Source: the reference grammar of the container distribution project. */
export function parseImageReference(text: string): ImageReference | null {
  const [, name, tag, digest] = /^([^@:\s]+(?::\d+\/[^@:\s]+)?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text) ?? [];
  if (name === undefined || name !== name.toLowerCase()) return null;
  const first = name.split('/')[0] ?? '';
  const hasRegistry = name.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const path = hasRegistry ? name.slice(first.length + 1) : name;
  const registry = !hasRegistry || first === 'index.docker.io' ? 'docker.io' : first;
  const repository = `${registry}/${registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path}`;
  const version = digest ? `@${digest}` : `:${tag ?? 'latest'}`;
  return {repository, tag: tag ?? 'latest', text: `${repository}${version}`};
}

/** Why a text is no reference, as the container distribution project says it. */
export function referenceComplaint(text: string): string {
  const name = text.split('@')[0]?.replace(/:[\w][\w.-]{0,127}$/, '') ?? '';
  if (name === name.toLowerCase()) return 'invalid reference format';
  const first = name.split('/')[0] ?? '';
  const hasRegistry = name.includes('/') && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const path = hasRegistry ? name.slice(first.length + 1) : name.includes('/') ? name : `library/${name}`;
  return path === path.toLowerCase() ? 'invalid reference format' : `invalid reference format: repository name (${path}) must be lowercase`;
}

/** The image of the catalogue that a reference means, at any tag. */
export function findImage(images: readonly Image[], reference: ImageReference): Image | null {
  return images.find(({names}) => names.some((name) => parseImageReference(name)?.repository === reference.repository)) ?? null;
}

/** A digest that is the same for the same repository and tag, as there is no content to take one from. */
export function imageId(reference: ImageReference): string {
  return `${reference.repository}@sha256:${createHash('sha256').update(`${reference.repository}:${reference.tag}`).digest('hex')}`;
}
