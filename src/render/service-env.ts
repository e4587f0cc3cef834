import type {ServiceEnvResult} from '../model/index.ts';
import {paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {wrap} from './wrap.ts';

/** Each pod's variables as a shell would print them, then what is missing and why. */
export function renderServiceEnv(result: ServiceEnvResult, style: {readonly width: number; readonly color: boolean}): string {
  const paint = paintOf(style.color);
  if (result.pods.length === 0) return 'no pods';
  return result.pods
    .map((pod) => {
      const missing = new Map(pod.missing.map((entry) => [entry.service, entry.why]));
      return [
        paint.strong(plainText(pod.pod)),
        ...(pod.variables.length === 0
          ? ['  no Service variables']
          : pod.variables.map(({name, value}) => `  ${plainText(name)}=${plainText(value)}`)),
        ...[...missing].map(([service, why]) => paint.warn(wrap(plainText(`none for ${service}: ${why}`), style.width, '  '))),
      ].join('\n');
    })
    .join('\n\n');
}
