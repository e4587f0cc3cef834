import {type KubeClient, RESOURCES} from '../../../src/kube/index.ts';
import {setups} from '../../../src/suite/setups/index.ts';
import {runningSetup} from '../healthy-cluster.ts';
import {strike} from './perform.ts';
import {play} from './play.ts';
import {type Recording, scriptOf} from './script.ts';
import {makeNodes} from './stage-nodes.ts';

/** Kinds that the check reads; what pods need beside them, no kubelet asks for here. */
const KINDS: ReadonlySet<string> = new Set(Object.values(RESOURCES).map(({kind}) => kind));

/** What is found in the suite with each setup, all of their pods being well; by setup. */
export async function suiteErrors(client: KubeClient, prefix: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const lookAtMs = Date.now();
  const scripts = setups().map(({name}, index) => {
    const objects = runningSetup('suite', name).filter(({kind}) => KINDS.has(kind ?? ''));
    const recording: Recording = {name: `setup${index}`, objects, recordedAtMs: lookAtMs, keeps: []};
    return {name, script: scriptOf(recording, {prefix, nodePrefix: `${prefix}-suite`, lookAtMs})};
  });
  const nodes = await makeNodes(client, scripts[0]?.script.objects.filter(({kind}) => kind === 'Node') ?? []);
  try {
    const found = await Promise.all(
      scripts.map(async ({name, script}) => {
        const isIt = (lines: readonly string[]) => !lines.some((line) => name === 'suite' || line.startsWith('error'));
        const {found: lines, note} = await play(client, script, {minSeverity: undefined, lookAtMs, isIt});
        return [name, lines ?? [`error: ${note}`]] as const;
      }),
    );
    return new Map(found);
  } finally {
    for (const {script} of scripts) await strike(client, script);
    await nodes.close();
  }
}
