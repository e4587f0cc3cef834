import {BaseSequencer, type TestSpecification} from 'vitest/node';

/** Those that take a minute first, then whole journeys, then the rest: a long one that starts last is waited for by an idle machine. */
export class WholeFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a.moduleId) - rank(b.moduleId)); // keeps the order of equals
  }
}

const RANKS = [/e2e\/gallery/, /e2e\//, /robustness\//];

function rank(file: string): number {
  const found = RANKS.findIndex((pattern) => pattern.test(file));
  return found === -1 ? RANKS.length : found;
}
