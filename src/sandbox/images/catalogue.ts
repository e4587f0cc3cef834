import type {Image} from '../image.ts';
import {agnhostImage} from './agnhost/index.ts';
import {envoyImage} from './envoy/index.ts';
import {mongoImage} from './mongo/index.ts';
import {nginxImage} from './nginx/index.ts';
import {smallImages} from './small-images.ts';
import {whoamiImage} from './whoami.ts';

/** The images that the sandbox knows by itself, whatever suite is run in it. */
export function builtinImages(): readonly Image[] {
  return [nginxImage, ...smallImages(), mongoImage, envoyImage, agnhostImage, whoamiImage];
}
