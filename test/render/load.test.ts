import {describe, expect, it} from 'vitest';
import type {LoadLive} from '../../src/model/index.ts';
import {renderLoad} from '../../src/render/load.ts';
import {renderLoadLive} from '../../src/render/load-live.ts';
import {renderReport} from '../../src/render/report/index.ts';
import {expectGolden, STYLE} from './golden.ts';
import {loadResult, loadRun, sharedRun} from './load-result.ts';

it('a run in which a pod went away, compared with an earlier one', () => expectGolden('load-drain', renderLoad(loadResult(), STYLE)));

it('a run that agents shared, one of which was lost', () => {
  expectGolden('load-agents', renderLoad(loadResult({runs: [sharedRun()], missedThresholds: [], comparison: null}), STYLE));
});

const LIVE: LoadLive = {
  via: 'nodeport',
  address: '172.18.0.2',
  port: 30_080,
  from: 'outside',
  phase: 'measuring',
  elapsedMs: 4_200,
  durationMs: 10_000,
  totalRequests: null,
  requests: 12_345,
  errors: 3,
  requestsPerSecond: 2_900,
  recentRates: [0, 1_000, 2_000, 2_900],
  p50Ms: 3.1,
  p99Ms: 9.9,
  agents: [],
  rows: Array.from({length: 30}, (_, index) => ({
    endpoint: `10.244.1.${index}:8080`,
    pod: index === 0 ? 'evil\u001b[2J' : `kiada-${index}`,
    predicted: 1 / 30,
    observed: 1 / 30,
    count: 400,
  })),
  changes: [{time: '2026-03-01T09:00:00.500Z', endpoint: '10.244.2.4:8080', change: 'removed', reason: 'terminating'}],
};

describe('the live view', () => {
  it('fits the terminal, however many endpoints there are, and sends nothing of the cluster to it', () => {
    for (const height of [1, 4, 8, 22]) {
      for (const width of [20, 40, 80]) {
        const lines = renderLoadLive(LIVE, {width, height, color: false});
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) expect(line.length).toBeLessThan(width);
        expect(lines.join('')).not.toContain('\u001b');
      }
    }
  });

  it('shows each agent, as many as there is room for', () => {
    const agents = Array.from({length: 30}, (_, index) => ({
      name: `evil\u001b[2J-${index}`,
      requests: 400,
      errors: index,
      requestsPerSecond: 100,
      p99Ms: 4,
    }));
    const lines = renderLoadLive({...LIVE, agents}, {width: 80, height: 20, color: false});
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(lines.join('')).not.toContain('\u001b');
    expect(lines).toContain('  and 23 more agents');
    expect(lines.some((line) => /-1 +100\/s {3}p99 4\.0 ms {3}400 requests {3}1 failed/.test(line))).toBe(true);
  });

  it('shows rate, latencies, spread and the latest changes', () => {
    const text = renderLoadLive({...LIVE, rows: LIVE.rows.slice(1, 3)}, {width: 80, height: 20, color: false}).join('\n');
    expect(text).toBe(
      [
        'nodeport 172.18.0.2:30080 from outside   4.2 s of 10.0 s',
        '  2,900/s   p50 3.1 ms   p99 9.9 ms   12,345 requests, 3 failed',
        '  ▁▃▆█',
        '  kiada-1    3.3 %    3.3 %  ██████████',
        '  kiada-2    3.3 %    3.3 %  ██████████',
        '  09:00:00.500 - 10.244.2.4:8080 terminating',
      ].join('\n'),
    );
  });
});

describe('the report page', () => {
  const page = renderReport(loadResult());

  it('fetches nothing, runs nothing, and lets nothing in from the cluster', () => {
    const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
    const run = loadRun();
    const rows = run.distribution.rows.map((row) => ({...row, pod: evil, endpoint: evil}));
    const poisoned = renderReport(
      loadResult({
        target: evil,
        runs: [
          loadRun({
            from: evil,
            distribution: {...run.distribution, rows, test: {...run.distribution.test, note: evil}},
            endpointChanges: run.endpointChanges.map((change) => ({...change, endpoint: evil, reason: evil})),
            failures: run.failures.map((failure) => ({...failure, endpoint: evil, detail: evil})),
            sourcesSeen: [evil],
            sources: sharedRun().sources.map((source) => ({...source, agent: evil, node: evil})),
            lostAgents: sharedRun().lostAgents.map((lost) => ({...lost, agent: evil, why: evil})),
          }),
        ],
      }),
    );
    for (const text of [page, poisoned]) {
      expect(text).not.toMatch(/<(script|img|link|iframe|object|foreignObject)\b|<[^>]*\son\w+=|url\(|@import|https?:/i);
      expect(text).toContain(`default-src 'none'`);
    }
  });

  it('is well-formed: every element is closed in its place', () => {
    expect(unbalanced(page)).toEqual([]);
    expect(unbalanced(renderReport(loadResult({runs: [sharedRun()]})))).toEqual([]);
    expect(unbalanced(renderReport(loadResult({runs: [loadRun({timeline: [], latencyHistogram: [], failures: []})]})))).toEqual([]);
  });

  it('has each chart for narrow and wide windows, each with a description, and its figures in tables', () => {
    const labels = [...page.matchAll(/<svg class="(\w+)"[^>]*role="img" aria-label="([^"]+)"/g)].map((match) => [match[1], match[2]]);
    expect(labels).toHaveLength(10);
    expect(labels.filter(([width]) => width === 'wide').map(([, label]) => label)).toEqual(
      labels.filter(([width]) => width === 'narrow').map(([, label]) => label),
    );
    expect(page).toMatch(/Latency over time: the highest p99 of a second is 31 ms/);
    for (const word of ['kiada-002', 'zone-b', 'serving-terminating', '540 ms', 'Missed:', 'The plans differ'])
      expect(page).toContain(word);
  });

  it('has each source of a shared run, the lost one, and whose the failed requests were', () => {
    const shared = renderReport(loadResult({runs: [sharedRun()]}));
    for (const word of ['<h3>Sources</h3>', 'zone-c', 'Lost:', 'nothing was heard of it for 15 s', 'By source and endpoint'])
      expect(shared).toContain(word);
    expect(shared).toMatch(/<td[^>]*>serving-terminating<\/td><td[^>]*>sandbox-2<\/td>/);
    expect(page).not.toContain('<h3>Sources</h3>');
  });

  it('draws within its frames, whatever the figures', () => {
    const odd = loadRun({
      timeline: [{atMs: 0, requests: 1, errors: 1, p50Ms: 0, p99Ms: 0}],
      latencyHistogram: [{upToMs: 0.001, count: 1}],
      latencyMs: {mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0},
      durationMs: 3,
      requests: 1,
      succeeded: 0,
    });
    for (const text of [page, renderReport(loadResult({runs: [odd]}))]) {
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
      for (const [, viewBox, body] of text.matchAll(/<svg[^>]*viewBox="0 0 ([\d. ]+)"[^>]*>(.*?)<\/svg>/g)) {
        const [width = 0, height = 0] = (viewBox as string).split(' ').map(Number);
        for (const [, axis, value] of (body as string).matchAll(/ (x|x1|x2|cx|y|y1|y2|cy)="(-?[\d.]+)"/g)) {
          expect(Number(value)).toBeGreaterThanOrEqual(0);
          expect(Number(value)).toBeLessThanOrEqual((axis as string).includes('x') ? width : height);
        }
      }
    }
  });
});

/** Tags that are closed out of turn or never. */
function unbalanced(html: string): readonly string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const body = html.replace(/<style>.*?<\/style>/s, '');
  for (const [, closing, name = '', , self] of body.matchAll(/<(\/?)([a-zA-Z][\w]*)((?:\s[^>]*?)?)(\/?)>/g)) {
    if (self === '/' || name === 'meta') continue;
    if (closing !== '/') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}
