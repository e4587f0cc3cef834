import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import type {Agent} from '../../src/flows/agents/agent.ts';
import {agentOptions} from '../../src/flows/agents/agent.ts';
import {meanOf, planSharedRuns, requireDivisible} from '../../src/flows/load/plan-agents.ts';
import {openSampleFile} from '../../src/flows/load/sample-file.ts';
import {readView} from '../../src/flows/read-view.ts';
import {snapshotSource} from '../../src/kube/index.ts';

const SNAPSHOT = path.join(import.meta.dirname, '../fixtures/suite.yaml');
const QUESTION = {via: [], from: null, entry: null, port: null, protocol: 'TCP'} as const;

async function planned(name: string, pods: readonly string[]) {
  const source = await snapshotSource(SNAPSHOT);
  const {view} = await readView(source, {namespace: 'kiada', services: [name], pods: true, nodes: true, events: false});
  const agents = pods.map((pod): Agent => {
    const target = {namespace: 'kiada', pod, container: null};
    return {at: pod, target, pod: null, run: () => expect.unreachable(), close: async () => {}};
  });
  return planSharedRuns(view, {...QUESTION, service: {namespace: 'kiada', name}}, agents);
}

describe('a run that agents share', () => {
  it('is predicted for the place of each, and in sum for their mean', async () => {
    const [run] = await planned('quote', ['kiada-001', 'kiada-002', 'kiada-003']);
    expect(run).toMatchObject({via: 'clusterip', fromText: '3 agents', entryNode: null});
    expect(run?.sources.map(({run: own}) => own.route.from.name)).toEqual(['kiada-001', 'kiada-002', 'kiada-003']);
    expect(new Set(run?.sources.map(({run: own}) => own.entryNode)).size).toBe(3);
    expect(run?.predicted.map(({pod, probability}) => [pod, probability.toFixed(3)])).toEqual([
      ['quote-001', '0.333'],
      ['quote-canary', '0.333'],
      ['quote-002', '0.333'],
    ]);
  });

  it('addresses the same node port from everywhere', async () => {
    const runs = await planned('kiada-local', ['kiada-001', 'kiada-002', 'kiada-003']);
    const nodePort = runs.find(({via}) => via === 'nodeport');
    expect(new Set(nodePort?.sources.map(({run}) => run.address)).size).toBe(1);
    expect(nodePort?.entryNode).toBe(nodePort?.sources[2]?.run.entryNode);
  });

  it('weighs sources by what they sent', async () => {
    const [run] = await planned('quote', ['kiada-001', 'kiada-002']);
    const [one, other] = (run?.sources ?? []).map(({run: own}, index) => ({
      ...own,
      predicted: own.predicted.slice(index, index + 1).map((endpoint) => ({...endpoint, probability: 1})),
    }));
    if (one === undefined || other === undefined) return expect.unreachable();
    const mean = meanOf([
      {run: one, weight: 300},
      {run: other, weight: 100},
    ]);
    expect(mean.map(({probability}) => probability)).toEqual([0.75, 0.25]);
  });
});

describe('a load that is divided', () => {
  const say = () => {};
  const plan = {connections: 16, requests: null, pace: {mode: 'closed'}} as const;
  const open = (rate: number) => ({...plan, pace: {mode: 'open', rate, arrivals: 'constant', rampMs: 0, steps: []}}) as const;

  it('has at least a connection and a request for each agent, and no more of a rate than each can send', () => {
    expect(() => requireDivisible(plan, 16)).not.toThrow();
    expect(() => requireDivisible(open(40_000), 2)).not.toThrow();
    const usage = expect.objectContaining({code: 'USAGE'});
    expect(() => requireDivisible(plan, 17)).toThrow(usage);
    expect(() => requireDivisible({...plan, requests: 3}, 4)).toThrow(usage);
    expect(() => requireDivisible(open(40_001), 2)).toThrow(expect.objectContaining({hint: expect.stringContaining('--agents 3')}));
    expect(() => requireDivisible({...plan, connections: 1000}, 101)).toThrow(usage);
  });

  it('has agents that live longer than it', () => {
    expect(agentOptions({}, 'default', {say, needMs: 20_000}).deadlineSeconds).toBe(600);
    expect(agentOptions({}, 'default', {say, needMs: 3_600_000}).deadlineSeconds).toBeGreaterThan(3_600);
    expect(agentOptions({'agent-deadline': 30_000}, 'default', {say, needMs: 20_000}).deadlineSeconds).toBe(30);
    expect(() => agentOptions({'agent-deadline': 20_000}, 'default', {say, needMs: 20_000})).toThrow(
      expect.objectContaining({code: 'USAGE'}),
    );
  });
});

describe('a file of samples', () => {
  it('has each request as a line, whatever a server calls itself', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-samples-'));
    onTestFinished(() => rmSync(folder, {recursive: true}));
    const file = path.join(folder, 'out.csv');
    const samples = await openSampleFile(file);
    const timeMs = Date.parse('2026-03-01T09:00:00.500Z');
    samples.add({via: 'clusterip', agent: null}, [{timeMs, latencyMs: 1.25, kind: 'answered', status: 200, endpoint: 'a,"b"'}]);
    samples.add({via: 'clusterip', agent: 'agent-1'}, [{timeMs, latencyMs: 5000, kind: 'timeout', status: null, endpoint: null}]);
    await samples.close();
    expect(readFileSync(file, 'utf8')).toBe(
      [
        'via,agent,time,latencyMs,outcome,status,endpoint',
        'clusterip,,2026-03-01T09:00:00.500Z,1.250000,answered,200,"a,""b"""',
        'clusterip,agent-1,2026-03-01T09:00:00.500Z,5000.000000,timeout,,',
        '',
      ].join('\n'),
    );
  });

  it('that cannot be written is said before anything is sent', async () => {
    await expect(openSampleFile('/dev/null/out.csv')).rejects.toMatchObject({code: 'USAGE'});
  });
});
