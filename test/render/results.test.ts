import {describe, expect, it} from 'vitest';
import {renderApplied} from '../../src/render/applied.ts';
import {renderResolve, renderShort, resolveExitCode} from '../../src/render/dns-resolve.ts';
import {endpointPrinter} from '../../src/render/endpoint-printer.ts';
import {renderChange} from '../../src/render/endpoints.ts';
import {renderLoad} from '../../src/render/load.ts';
import {probeExitCode, renderProbe} from '../../src/render/probe.ts';
import {renderSandboxStatus} from '../../src/render/sandbox-status.ts';
import {expectGolden, STYLE} from './golden.ts';
import {CHANGES, DISAGREEMENT, FOUND_RESOLVER, LOAD, NO_ANSWER, PROBE, SANDBOX} from './samples.ts';

describe('what is printed of', () => {
  it('endpoint changes: a line each', () => expectGolden('changes', CHANGES.map((change) => renderChange(change, STYLE)).join('\n')));
  it('probes: each endpoint, and where API and probe disagree', () => expectGolden('probe', renderProbe(PROBE, STYLE)));
  it('load: predicted beside observed', () => expectGolden('load', renderLoad(LOAD, STYLE)));
  it('a running sandbox', () => expectGolden('sandbox-status', renderSandboxStatus(SANDBOX, STYLE)));
  it('a sandbox that does not run', () => expectGolden('sandbox-down', renderSandboxStatus({...SANDBOX, running: false}, STYLE)));
  it('an answer that is not the predicted one', () => expectGolden('dns-resolve-differs', renderResolve(DISAGREEMENT, STYLE)));
  it('a resolver that is not the predicted one', () => expectGolden('dns-resolve-found', renderResolve(FOUND_RESOLVER, STYLE)));
  it('a resolver that gives no answer', () => expectGolden('dns-resolve-silent', renderResolve(NO_ANSWER, STYLE)));
  it('an apply: a line per object, as kubectl words it', () => {
    const object = (kind: string, action: 'created' | 'unchanged') => ({kind, namespace: 'kiada', name: 'quote', action});
    expect(renderApplied({objects: [object('Service', 'created'), object('Pod', 'unchanged')]}, STYLE)).toBe(
      'service/quote created\npod/quote unchanged',
    );
  });
});

describe('short answers', () => {
  it('are the data alone, like dig +short', () => expect(renderShort(DISAGREEMENT)).toBe('10.96.0.99'));
});

describe('exit codes', () => {
  const answer = (rcode: string) => ({...DISAGREEMENT, agree: true, observed: {rcode, records: [], server: ''}});
  const CASES = [
    {what: 'an answer as predicted', code: resolveExitCode({...DISAGREEMENT, agree: true}), is: 0},
    {what: 'another answer than predicted', code: resolveExitCode(DISAGREEMENT), is: 1},
    {what: 'another resolver than predicted', code: resolveExitCode(FOUND_RESOLVER), is: 1},
    {what: 'no answer', code: resolveExitCode(NO_ANSWER), is: 4},
    {what: 'NXDOMAIN', code: resolveExitCode(answer('NXDOMAIN')), is: 3},
    {what: 'a name without such data', code: resolveExitCode(answer('NOERROR')), is: 0},
    {what: 'SERVFAIL', code: resolveExitCode(answer('SERVFAIL')), is: 4},
    {what: 'healthy', code: probeExitCode({...PROBE, verdict: 'healthy'}, false), is: 0},
    {what: 'unhealthy', code: probeExitCode(PROBE, false), is: 1},
    {what: 'unknown', code: probeExitCode({...PROBE, verdict: 'unknown'}, false), is: 4},
    {what: 'waited in vain', code: probeExitCode(PROBE, true), is: 124},
    {what: 'waited until healthy', code: probeExitCode({...PROBE, verdict: 'healthy'}, true), is: 0},
  ];
  for (const {what, code, is} of CASES) it(`are ${is} for ${what}`, () => expect(code).toBe(is));
});

describe('endpoint changes as a stream', () => {
  const style = {...STYLE, json: false, live: false, rows: 24};

  it('are one JSON object a line', () => {
    const print = endpointPrinter({...style, json: true});
    const text = CHANGES.map(print).join('');
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(CHANGES);
  });

  it('are lines in a pipe even with --live', () => {
    const print = endpointPrinter({...style, live: true});
    expect(CHANGES.map(print).join('').split('\n')).toHaveLength(CHANGES.length + 1);
  });

  it('redraw a table on a terminal, from the moment that the present state is known, within its height', () => {
    const print = endpointPrinter({...style, live: true, interactive: true, rows: 5});
    const [added, synced, changed] = CHANGES.map(print);
    expect(added).toBe('');
    expect(synced).toContain('quote-001');
    expect(synced?.startsWith('\u001b[H\u001b[J')).toBe(true);
    expect(changed).toContain('not ready');
    for (const change of CHANGES) expect(print(change).split('\n').length).toBeLessThanOrEqual(5);
  });
});
