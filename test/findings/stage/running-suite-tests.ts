import {randomBytes} from 'node:crypto';
import {expect, it} from 'vitest';
import type {ServiceCheckResult} from '../../../src/model/index.ts';
import {setups} from '../../../src/suite/setups/index.ts';
import {type CliResult, kiada} from '../../cluster/genuine/cli.ts';

/** Setups that are there to show pods which do not get ready, and what they lead to. */
const UNWELL: Readonly<Record<string, readonly string[]>> = {
  'kiada-mock-readiness': ['KIA0203 kiada', 'KIA0203 kiada-affinity'],
  'publish-not-ready': ['KIA0203 kiada', 'KIA0203 kiada-affinity', 'KIA0203 kiada-publish-not-ready', 'KIA0218 kiada-publish-not-ready'],
};

/** The Kiada suite and each setup on top of it, with programs that really run. Node ports are fixed: one namespace for all of them. */
export function testRunningSuite(kubeconfig: () => string): void {
  const namespace = `kiada-test-${randomBytes(3).toString('hex')}`;
  const run = (args: readonly string[], input?: string): Promise<CliResult> =>
    kiada([...args, '-n', namespace], {kubeconfig: kubeconfig(), ...(input === undefined ? {} : {input})});

  async function findings(): Promise<readonly string[]> {
    const {stdout} = await run(['svc', 'check', '-o', 'json']);
    return (JSON.parse(stdout) as ServiceCheckResult).findings.map(({code, object}) => `${code} ${object.name}`);
  }

  it('has no finding, nor with any setup but those that show pods which are not ready', {timeout: 180_000}, async () => {
    await run(['apply', '-f', '-'], JSON.stringify({apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}}));
    const well = setups().filter(({name}) => UNWELL[name] === undefined);
    for (const {name} of [...well.filter((setup) => setup.name === 'suite'), ...well.filter((setup) => setup.name !== 'suite')]) {
      const {code, stderr} = await run(['apply', name, '--wait', '--timeout', '50s']);
      expect({name, code, stderr: code === 0 ? '' : stderr}).toEqual({name, code: 0, stderr: ''});
      expect({name, findings: await findings()}).toEqual({name, findings: []});
    }
    for (const [name, expected] of Object.entries(UNWELL)) {
      await run(['apply', name]);
      await expect.poll(findings, {timeout: 30_000, interval: 500}).toEqual(expected);
    }
  });
}
