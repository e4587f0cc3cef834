import type {Image} from '../../image.ts';
import {NGINX_FILES, NGINX_VERSION} from './default-files.ts';
import {nginx} from './program.ts';

/** nginx, the official image. */
export const nginxImage: Image = {
  names: ['nginx'],
  summary: 'nginx: web server and reverse proxy, by a subset of its configuration',
  entrypoint: [],
  cmd: ['nginx', '-g', 'daemon off;'],
  env: {PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', NGINX_VERSION},
  workingDir: '/',
  files: NGINX_FILES,
  programs: {nginx},
  hasShell: true,
};
