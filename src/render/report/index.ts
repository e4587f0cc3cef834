import type {LoadResult} from '../../model/index.ts';
import {comparisonSection} from './comparison.ts';
import {escapeText} from './markup.ts';
import {runSection} from './run-section.ts';
import {STYLE} from './style.ts';

/**
 * A load result as one page for a browser: self-contained (no script, no font, no image, nothing fetched), its charts as SVG beside the
 * tables that hold the same figures.
 */
export function renderReport(result: LoadResult): string {
  const title = `Load on ${escapeText(result.target)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="soft">${escapeText(planText(result))}</p>
${thresholds(result)}
${result.comparison === null ? '' : comparisonSection(result.comparison)}
${result.runs.map(runSection).join('\n')}
</main>
</body>
</html>
`;
}

const PROTOCOLS: Readonly<Record<LoadResult['plan']['protocol'], string>> = {
  'http/1.1': 'HTTP/1.1',
  h2: 'HTTP/2',
  grpc: 'gRPC',
  tcp: 'plain TCP',
  udp: 'UDP',
};

function planText({plan, runs}: LoadResult): string {
  const parts = [
    runs[0] === undefined ? '' : `${runs[0].startedAt.slice(0, 19).replace('T', ' ')} UTC`,
    PROTOCOLS[plan.protocol],
    plan.mode === 'open' ? `open loop, ${plan.rate ?? 0} requests a second` : 'closed loop',
    `${plan.connections} connections${plan.connectionPerRequest ? ', a new one for each request' : ''}`,
    plan.durationMs === null ? '' : `${plan.durationMs / 1_000} s`,
    plan.requests === null ? '' : `${plan.requests.toLocaleString('en-US')} requests`,
    plan.workers > 1 ? `${plan.workers} threads` : '',
    plan.agents === null ? '' : `${plan.agents} agents`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function thresholds({missedThresholds}: LoadResult): string {
  if (missedThresholds.length === 0) return '';
  return `<p><span class="bad">Missed:</span> ${missedThresholds.map(escapeText).join(', ')}</p>`;
}
