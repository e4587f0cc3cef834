import type {Program} from '../../model/index.ts';
import {untilKilled} from '../../program/index.ts';
import type {Image} from '../image.ts';
import {imageOf} from './base.ts';

/** Waits for its end, as the program that holds a pod's namespaces does. */
const pause: Program = async (context) => {
  const told = new Promise<void>((resolve) => {
    context.onSignal('SIGTERM', resolve);
    context.onSignal('SIGINT', resolve);
  });
  await Promise.race([told, untilKilled(context.signal)]);
  return 0;
};

/** Says its version; scripts are not run here. */
const node: Program = async (context) => {
  const [first] = context.args.slice(1);
  if (first === '--version' || first === '-v') {
    context.stdout(`${process.version}\n`);
    return 0;
  }
  context.stderr(
    `node: the sandbox runs no scripts${first === undefined ? '' : ` (${first})`}: its containers hold programs of its own, see kiada sandbox images\n`,
  );
  return 1;
};

/** The images that are a shell, or less. */
export function smallImages(): readonly Image[] {
  return [
    imageOf({names: ['busybox'], summary: 'a shell with the usual commands'}),
    imageOf({names: ['alpine'], summary: 'a shell with the usual commands', cmd: ['/bin/sh']}),
    imageOf({
      names: ['curlimages/curl'],
      summary: 'curl, and a shell',
      entrypoint: ['curl'],
      cmd: ['--help'],
      workingDir: '/home/curl_user',
    }),
    imageOf({names: ['node'], summary: 'node --version and a shell; it runs no scripts', cmd: ['node'], programs: {node}}),
    imageOf({
      names: ['registry.k8s.io/pause'],
      summary: 'does nothing until it is told to end',
      entrypoint: ['/pause'],
      cmd: [],
      programs: {pause},
      hasShell: false,
    }),
  ];
}
