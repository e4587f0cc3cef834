import {once} from 'node:events';
import net from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {
  fromLine,
  gather,
  type LoadPlan,
  type Member,
  type MemberMessage,
  serveMember,
  splitPlan,
  type ToMember,
  toLine,
} from '../../src/load/index.ts';
import {type HardServer, startHardServer} from './hard-server.ts';

const open: HardServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function planOf(members: number, more: Partial<LoadPlan>): Promise<readonly LoadPlan[]> {
  const server = await startHardServer({answerOf: () => 'plain', requestsPerConnection: 100, delayMs: 0});
  open.push(server);
  const plan: LoadPlan = {
    target: {host: '127.0.0.1', port: server.port},
    request: {method: 'POST', path: '/', host: null, headers: [], body: Buffer.from('a body')},
    payload: null,
    protocol: 'http/1.1',
    tls: null,
    pace: {mode: 'closed'},
    connections: members,
    connectionPerRequest: false,
    durationMs: null,
    requests: 1_000,
    warmupMs: 0,
    timeoutMs: 4_000,
    identify: {by: 'body', pattern: /nothing/},
    failureSamples: 10,
    ...more,
  };
  return splitPlan(plan, members);
}

interface Remote extends Member {
  /** Nothing comes of it any more. */
  cut(why: Error): void;
}

/** A member behind lines of text, as an agent is, with a clock that is off. */
function remote(clockOffMs = 0): Remote {
  const {promise: gone, reject} = Promise.withResolvers<never>();
  gone.catch(() => {});
  let onMessage: (message: MemberMessage) => void = () => {};
  let isCut = false;
  const waiting: MemberMessage[] = [];
  const tell = (message: MemberMessage): void => {
    const told = fromLine(toLine(message.kind === 'ready' ? {...message, nowMs: message.nowMs + clockOffMs} : message)) as MemberMessage;
    if (!isCut) onMessage(told);
  };
  const dial = () => async (target: {host: string; port: number}) => {
    const socket = net.connect({...target, noDelay: true});
    await once(socket, 'connect');
    return {socket, endpoint: {address: '10.0.0.1', port: 80}, sourceSeen: '10.0.0.9'};
  };
  const hear = serveMember(dial, (message) => (waiting.length === 0 && message.kind === 'up' ? void waiting.push(message) : tell(message)));
  return {
    tell: (message) => hear(fromLine(toLine(message)) as ToMember),
    listen: (listener) => {
      onMessage = listener;
      const [up] = waiting.splice(0);
      if (up !== undefined) tell(up);
    },
    gone,
    ownClock: true,
    cut: (why) => {
      isCut = true;
      hear({kind: 'stop'});
      reject(why);
    },
  };
}

const OPTIONS = {progressMs: 20, checkpoints: true, samples: false, failureSamples: 10};

describe('a run whose members are reached by lines of text', () => {
  it('counts as one, and each by itself', async () => {
    const plans = await planOf(3, {});
    const samples: number[] = [];
    const {all, members} = await gather([remote(), remote(), remote()], plans, {
      ...OPTIONS,
      samples: true,
      onSamples: (_member, told) => samples.push(...told.map(({latencyMs}) => latencyMs)),
    });
    expect(all).toMatchObject({requests: 1_000, succeeded: 1_000, statusCodes: {200: 1_000}, sourcesSeen: ['10.0.0.9']});
    expect(members.map(({result}) => result?.requests)).toEqual(plans.map(({requests}) => requests));
    expect(members.map(({lost}) => lost)).toEqual([null, null, null]);
    expect(all.timeline.reduce((sum, second) => sum + second.requests, 0)).toBe(1_000);
    // the merged percentile is that of all samples, to the histogram's three figures
    const sorted = samples.toSorted((one, other) => one - other);
    expect(sorted).toHaveLength(1_000);
    for (const [percentile, rank] of [
      ['p50', 500],
      ['p90', 900],
      ['p99', 990],
    ] as const) {
      const exact = sorted[rank - 1] as number;
      expect(Math.abs(all.latencyMs[percentile] - exact) / exact).toBeLessThan(0.001);
    }
    expect(all.latencyMs.max).toBeCloseTo(sorted.at(-1) as number, 5);
  });

  it('tells times by the clock here, whatever a member’s says', async () => {
    const before = Date.now();
    const {members} = await gather([remote(), remote(3_600_000)], await planOf(2, {requests: 10}), OPTIONS);
    const started = members.map(({result}) => (result?.startedAtMs ?? 0) - before);
    expect(started[0]).toBeGreaterThanOrEqual(0);
    // this one's clock is said to be an hour ahead and is not: it comes out an hour behind
    expect(started[1]).toBeLessThan(-3_599_000);
  });

  it('keeps what a lost member had counted by its last full second, and the rest whole', async () => {
    const plans = await planOf(2, {
      requests: null,
      durationMs: 2_500,
      pace: {mode: 'open', rate: 100, arrivals: 'constant', rampMs: 0, steps: []},
    });
    const [kept, lost] = [remote(), remote()];
    const why = new Error('its node is gone');
    const {all, members} = await gather([kept, lost], plans, {
      ...OPTIONS,
      onProgress: ({elapsedMs}) => {
        if (elapsedMs > 1_500) lost.cut(why);
      },
    });
    expect(members[0]?.lost).toBeNull();
    expect(members[1]?.lost?.why).toBe(why);
    const own = members[1]?.result?.requests ?? 0;
    expect(own).toBeGreaterThan(40);
    expect(own).toBeLessThan(60);
    expect(all.requests).toBe((members[0]?.result?.requests ?? 0) + own);
    expect(all.timeline.reduce((sum, second) => sum + second.requests, 0)).toBe(all.requests);
    expect(new Set(all.timeline.map(({atMs}) => atMs)).size).toBe(all.timeline.length);
  });

  it('fails when every member is lost, with the reason of one', async () => {
    const [one, other] = [remote(), remote()];
    const running = gather([one, other], await planOf(2, {requests: null, durationMs: 60_000}), {
      ...OPTIONS,
      onProgress: () => {
        one.cut(new Error('gone'));
        other.cut(new Error('gone too'));
      },
    });
    // cut before a second is over, they have told nothing that could be kept
    await expect(running).rejects.toThrow('gone');
  });
});

it('a message is the same after it was a line', () => {
  const message = {
    map: new Map([[200, 3]]),
    set: new Set(['10.0.0.1']),
    counts: Float64Array.of(0, 0, 5, 0, 1e12, 0),
    pattern: /"name":"([^"]*)"/,
    bytes: Buffer.from([0, 255]),
    plain: {one: null, two: [1, 'x']},
  };
  expect(fromLine(toLine(message).trimEnd())).toEqual(message);
  expect(() => fromLine('{"$counts":[1e9]}')).toThrow(SyntaxError);
});
