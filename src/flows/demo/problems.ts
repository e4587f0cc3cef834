import type {DemoStep} from '../../model/index.ts';

/** What in a step is not as it should be, in words. */
export function problemsOf(step: DemoStep): readonly string[] {
  switch (step.kind) {
    case 'resolved':
      return step.results
        .filter((result) => result.agree !== true)
        .map((result) => `the cluster's DNS answers ${result.name} otherwise than predicted`);
    case 'probed':
      return step.result.targets.filter((target) => target.verdict !== 'healthy').map((target) => `${target.target} is ${target.verdict}`);
    case 'answered':
      return [
        ...(saysNothing(step.reply.quote) ? ['Kiada has no quote'] : []),
        ...(saysNothing(step.reply.question) ? ['Kiada has no question'] : []),
      ];
    case 'loaded':
      return step.result.runs.flatMap((run) => [
        ...(run.distribution.test.verdict === 'as-predicted' ? [] : [`${run.via}: the spread is ${run.distribution.test.verdict}`]),
        ...(run.succeeded === run.requests ? [] : [`${run.via}: ${run.requests - run.succeeded} of ${run.requests} requests failed`]),
      ]);
    default:
      return [];
  }
}

/** Kiada writes `ERROR: …` in the place of what it did not get. */
function saysNothing(text: string): boolean {
  return text === '' || text.startsWith('ERROR:');
}
