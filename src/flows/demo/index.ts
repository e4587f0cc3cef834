import {KiadaError} from '../../errors.ts';
import type {DemoStep} from '../../model/index.ts';
import {kubeconfigPath} from '../kubeconfig-file.ts';
import {bringUp} from '../sandbox-bring-up.ts';
import {sandboxDoor} from '../sandbox-door.ts';
import {deleteSandbox} from '../sandbox-down.ts';
import {holdsSandbox, sandboxFiles} from '../sandbox-files.ts';
import {type ClusterSource, openCluster, type SourceFlags} from '../source.ts';
import type {SetupFlags} from '../suite-form.ts';
import {type Before, cleanUp} from './clean-up.ts';
import {type DemoPlace, exercise} from './exercise.ts';
import {problemsOf} from './problems.ts';
import {untilAborted} from './until-aborted.ts';
import {waysOf} from './ways.ts';

export interface DemoFlags extends SetupFlags, SourceFlags {
  readonly keep: boolean;
  readonly yes: boolean;
  readonly name: string;
  readonly 'data-dir'?: string | undefined;
  readonly duration: number;
  readonly namespace?: string | undefined;
  readonly 'agent-image'?: string | undefined;
  readonly 'agent-namespace'?: string | undefined;
}

interface Opened extends DemoPlace {
  readonly first: DemoStep;
  readonly before: Before;
}

/**
 * The main job from nothing: a cluster, the suite in it, its Services looked at, resolved, probed, asked and loaded. The cluster is a
 * sandbox, started if need be, unless a context or a kubeconfig is named. Interrupted, it takes away what it would take away at its end, and
 * throws KiadaError INTERRUPTED.
 */
export async function* demo(flags: DemoFlags, say: (text: string) => void, signal: AbortSignal): AsyncGenerator<DemoStep> {
  const place = flags.context === undefined && flags.kubeconfig === undefined ? await openSandbox(flags, signal) : await openNamed(flags);
  const {source} = place;
  try {
    yield place.first;
    const steps: DemoStep[] = [];
    try {
      for await (const step of untilAborted(exercise(place, flags, say, signal), signal)) {
        steps.push(step);
        yield step;
      }
    } finally {
      if (!flags.keep) await cleanUp(place, flags, steps);
    }
    if (signal.aborted) throw interrupted(place, flags, steps);
    const problems = steps.flatMap(problemsOf);
    yield {
      kind: 'end',
      agreed: problems.length === 0,
      kept: flags.keep,
      sandbox: place.ways === null,
      namespace: source.namespace,
      problems,
    };
  } finally {
    source.close();
  }
}

/** What may be left of the suite when it was still being applied: that is known only afterwards. */
function interrupted({before, source}: Opened, flags: DemoFlags, steps: readonly DemoStep[]): KiadaError {
  const wasApplied = steps.some(({kind}) => kind === 'applied');
  if (flags.keep || wasApplied || before === 'none') return new KiadaError('INTERRUPTED', 'interrupted');
  const hint = `The suite was just being applied. Take it away with: kiada delete suite -n ${source.namespace}`;
  return new KiadaError('INTERRUPTED', 'interrupted', {hint});
}

async function openSandbox(flags: DemoFlags, signal: AbortSignal): Promise<Opened> {
  const files = sandboxFiles(flags.name, flags['data-dir']);
  const wasThere = holdsSandbox(files);
  const {status, started, tookMs} = await bringUp({...flags, nodes: 3, zones: 3, 'ip-family': 'dual', port: 0}).catch(
    async (error: unknown) => {
      if (!signal.aborted) throw error;
      // Ctrl-C at a terminal ends the daemon too while it still belongs to the terminal, in the first moment of its life
      if (!flags.keep && !wasThere) await deleteSandbox(files, kubeconfigPath());
      throw new KiadaError('INTERRUPTED', 'interrupted', {cause: error});
    },
  );
  const source = await openCluster({context: status.context});
  return {
    source: inNamespace(source, flags.namespace),
    ways: null,
    before: started ? (wasThere ? 'down' : 'none') : 'up',
    first: {kind: 'sandbox', status, started, tookMs},
  };
}

async function openNamed(flags: DemoFlags): Promise<Opened> {
  const source = inNamespace(await openCluster(flags), flags.namespace);
  try {
    const isSandbox = (await sandboxDoor(source.client)) !== null;
    if (!isSandbox && !flags.yes) {
      throw new KiadaError('USAGE', `the context "${source.name}" is not a sandbox`, {
        hint: `Add --yes to put the suite into its namespace "${source.namespace}" and send load to it.`,
      });
    }
    const {ways, nodes} = await waysOf(source);
    const {client, name, namespace} = source;
    const places = nodes.map((node) => ({name: node.name, zone: node.zone}));
    const first = {kind: 'cluster', context: name, server: client.server, namespace, nodes: places} as const;
    return {source, ways: isSandbox ? null : ways, before: 'up', first};
  } catch (error) {
    source.close();
    throw error;
  }
}

function inNamespace(source: ClusterSource, namespace: string | undefined): ClusterSource {
  return namespace === undefined ? source : {...source, namespace};
}
