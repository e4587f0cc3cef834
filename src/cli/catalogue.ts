import type {Image} from '../model/index.ts';
import {builtinImages} from '../sandbox/images/index.ts';
import {suiteImages} from '../suite/images.ts';

/** All images of the sandbox: those it has by itself, and the suite's programs. */
export function catalogue(): readonly Image[] {
  return [...suiteImages(), ...builtinImages()];
}
