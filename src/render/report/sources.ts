import type {LoadRunResult} from '../../model/index.ts';
import {duration, percent, whole} from './figures.ts';
import {escapeText, htmlTable} from './markup.ts';

/** Each agent by itself, what it met, and the agents that were lost. Empty where there was none. */
export function sourcesSection(run: LoadRunResult): string {
  if (run.sources.length === 0 && run.lostAgents.length === 0) return '';
  return `<h3>Sources</h3>
${lost(run)}
${figures(run)}
<details><summary>By source and endpoint</summary>${shares(run)}</details>`;
}

function lost({lostAgents}: LoadRunResult): string {
  return lostAgents
    .map(({agent, node, at, why, requests}) => {
      const where = `${agent}${node === null ? '' : ` on ${node}`}`;
      const text = `${where}, at ${at.slice(11, 19)} UTC: ${why}. Of its requests ${whole(requests)} are counted.`;
      return `<p><span class="bad">Lost:</span> ${escapeText(text)}</p>`;
    })
    .join('');
}

const VERDICTS = {'as-predicted': 'as predicted', skewed: 'not as predicted', undecided: 'undecided'} as const;

function figures({sources}: LoadRunResult): string {
  const rows = sources.map(({node, zone, agent, startedAt, requests, succeeded, latencyMs, distribution: {test}}) => [
    node ?? '-',
    zone ?? '-',
    agent,
    startedAt.slice(11, 23),
    whole(requests),
    whole(requests - succeeded),
    duration(latencyMs.p50),
    duration(latencyMs.p99),
    duration(latencyMs.max),
    `${VERDICTS[test.verdict]}${test.pValue === null ? '' : ` (p ${test.pValue < 0.001 ? '< 0.001' : `= ${test.pValue.toFixed(3)}`})`}`,
  ]);
  return htmlTable(['node', 'zone', 'agent', 'started', 'requests', 'failed', 'p50', 'p99', 'max', 'spread'], rows, [4, 5, 6, 7, 8]);
}

function shares({sources}: LoadRunResult): string {
  const rows = sources.flatMap(({node, agent, distribution}) =>
    distribution.rows.map((row) => [
      node ?? agent,
      row.endpoint,
      row.pod ?? '-',
      row.zone ?? '-',
      percent(row.predicted),
      percent(row.observed),
      whole(row.count),
    ]),
  );
  return htmlTable(['source', 'endpoint', 'pod', 'zone', 'predicted', 'observed', 'requests'], rows, [4, 5, 6]);
}
