import {createInterface} from 'node:readline';
import {expect, it} from 'vitest';
import type {AgentsResult, ForwardEvent} from '../../src/model/index.ts';
import {kiada, kiadaJson, startKiada} from './genuine/cli.ts';
import {describeOnCluster} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';
import {deployWeb} from './genuine/web.ts';

const RECORD = /^an agent runs in pod\/caller as an ephemeral container; its record stays in the pod until the pod goes\n$/;

describeOnCluster('what agents leave, and who is told', () => {
  let namespace: string;
  ownNamespace(deployWeb, (own) => {
    namespace = own;
  });

  const IN_A_POD: readonly (readonly string[])[] = [
    ['probe', 'svc/web', '--via', 'clusterip', '--count', '3'],
    ['load', 'svc/web', '--via', 'clusterip', '--requests', '5', '--yes'],
    ['svc', 'describe', 'web', '--probe'],
    ['dns', 'resolve', 'web'],
  ];
  for (const command of IN_A_POD) {
    it(`${command.slice(0, 2).join(' ')} from a pod says once that the record of the container stays, and -q nothing`, async () => {
      const args = [...command, '--from', 'pod/caller', '-n', namespace];
      const told = await kiada(args);
      expect([told.code, told.stderr]).toEqual([0, expect.stringMatching(RECORD)]);
      const quiet = await kiada([...args, '-q']);
      expect([quiet.code, quiet.stderr]).toEqual([0, '']);
    });
  }

  it('from a node a Job is made, which is taken away: nothing is said', async () => {
    const told = await kiada(['probe', 'svc/web', '--via', 'clusterip', '--from', 'node/node3', '-n', namespace]);
    expect([told.code, told.stderr]).toEqual([0, '']);
    expect((await kiadaJson<AgentsResult>(['agents', 'list', '-n', namespace])).agents).toEqual([]);
  });

  it('forward says it too; while it runs from a node, its agent is listed, and can be taken away', async () => {
    const listening = async (from: string) => {
      const running = startKiada(['forward', 'web', '0:80', '--from', from, '-n', namespace, '-o', 'json']);
      const events: ForwardEvent[] = [];
      if (running.child.stdout)
        createInterface({input: running.child.stdout}).on('line', (line) => events.push(JSON.parse(line) as ForwardEvent));
      await until('it listens', async () => events[0]?.kind === 'listening', 60_000);
      return running;
    };
    const inPod = await listening('pod/caller');
    inPod.child.kill('SIGINT');
    expect((await inPod.ended).stderr).toMatch(RECORD);

    const atNode = await listening('node/node3');
    const [agent] = (await kiadaJson<AgentsResult>(['agents', 'list', '-A'])).agents.filter((each) => each.namespace === namespace);
    expect(agent).toMatchObject({namespace, agents: 1, name: expect.stringMatching(/^kiada-agent-/)});
    expect(Date.parse(agent?.endsAt ?? '') - Date.parse(agent?.createdAt ?? '')).toBe(600_000);
    const {stdout} = await kiada(['agents', 'list', '-n', namespace]);
    expect(stdout.split('\n')[1]?.split(/\s+/).slice(0, 3)).toEqual([namespace, agent?.name, '1']);
    expect((await kiada(['agents', 'list', '-n', 'default'])).stdout).toBe('no agents\n');

    const cleaned = await kiada(['agents', 'clean', '-n', namespace, '-o', 'name']);
    expect([cleaned.code, cleaned.stdout]).toEqual([0, `job/${agent?.name}\n`]);
    await until('the Job is gone', async () => (await kiadaJson<AgentsResult>(['agents', 'list', '-n', namespace])).agents.length === 0);
    expect((await kiada(['agents', 'clean', '-n', namespace])).stdout).toBe('there were no agents\n');
    atNode.child.kill('SIGINT');
    await atNode.ended;
  });
});
