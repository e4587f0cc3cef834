import {Flags} from '@oclif/core';
import {KiadaError} from '../errors.ts';
import {parseDuration} from './duration.ts';

/** The namespace in `kiada load`, where `-n` with a number is something else. */
export const loadNamespaceFlag = {
  namespace: Flags.string({
    char: 'n',
    description: "Namespace (else the context's); -n with a number is --requests",
    helpGroup: 'CLUSTER',
  }),
};

/** `500:10s`: so many requests a second for so long. */
export const stepFlag = Flags.custom<{rate: number; durationMs: number}>({
  parse: async (text) => {
    const [, rate = '', duration = ''] = /^(\d+(?:\.\d+)?):(.+)$/.exec(text) ?? [];
    const durationMs = parseDuration(duration);
    if (!(Number(rate) > 0) || durationMs === null || durationMs === 0)
      throw new KiadaError('USAGE', `"${text}" is no step`, {hint: 'Write it like --step 500:10s: a rate and how long.'});
    return {rate: Number(rate), durationMs};
  },
  helpValue: 'RATE:TIME',
});

/**
 * The words of `kiada load` with a number after `-n` written as `--requests`: as in other load generators `-n 3000` counts requests
 * there, while `-n kiada` names a namespace as everywhere. A namespace that is all digits is still named by `--namespace`.
 */
export function requestCounts(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  const words: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    const next = argv[index + 1];
    const glued = /^-n=?(\d+)$/.exec(word)?.[1];
    const isFlag = end < 0 || index < end;
    if (isFlag && glued !== undefined) words.push(`--requests=${glued}`);
    else if (isFlag && word === '-n' && next !== undefined && /^\d+$/.test(next)) {
      words.push(`--requests=${next}`);
      index += 1;
    } else words.push(word);
  }
  return words;
}
