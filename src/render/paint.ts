import {Chalk, type ChalkInstance} from 'chalk';

/** The colours that the output uses, by meaning; without colour each is the plain text. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

export function paintOf(color: boolean): Paint {
  const chalk: ChalkInstance = new Chalk({level: color ? 1 : 0});
  return {
    strong: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
  };
}
