import type {Identify} from './plan.ts';
import type {WireAnswer} from './wire.ts';

/** Headers by which servers are known to name themselves, the suite's own first. */
const KNOWN_HEADERS = ['x-kiada-pod', 'x-pod-name', 'x-served-by', 'x-hostname'];
/** Of a body, that the pattern is looked for in. */
const BODY_BYTES = 64 * 1024;

/** Finds the name that a response gives its endpoint; null where it gives none. */
export type Identifier = (answer: Pick<WireAnswer, 'headers' | 'body'>) => string | null;

export function identifierOf(identify: Identify): Identifier {
  switch (identify.by) {
    case 'auto':
      return ({headers}) => {
        for (const name of KNOWN_HEADERS) {
          const value = headers.get(name);
          if (value !== undefined && value !== '') return value;
        }
        return null;
      };
    case 'header': {
      const name = identify.name.toLowerCase();
      return ({headers}) => headers.get(name) ?? null;
    }
    case 'body':
      return ({body}) => {
        const match = identify.pattern.exec(body?.toString('utf8') ?? '');
        return match ? (match[1] ?? match[0]) : null;
      };
  }
}

/** Bytes of each body that the identification needs. */
export function captureBytesFor(identify: Identify): number {
  return identify.by === 'body' ? BODY_BYTES : 0;
}
