import type {Image} from '../image.ts';

const PATH = {PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'};

/** An image with a shell and nothing else; what is given is put over it. */
export function imageOf(image: Pick<Image, 'names' | 'summary'> & Partial<Image>): Image {
  return {entrypoint: [], cmd: ['sh'], workingDir: '/', files: {}, programs: {}, hasShell: true, ...image, env: {...PATH, ...image.env}};
}
