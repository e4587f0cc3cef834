import {explainCode} from '../../../src/findings/index.ts';
import type {KubeClient} from '../../../src/kube/index.ts';
import {atOnce} from '../../cluster/genuine/at-once.ts';
import {galleryCodes, galleryFindings, galleryObjects, galleryObservations, NOW} from '../gallery.ts';
import {KEEPS} from './exceptions.ts';
import {strike} from './perform.ts';
import {type Answer, play, writesSystem} from './play.ts';
import {linesOf, type Script, scriptOf} from './script.ts';
import {makeNodes} from './stage-nodes.ts';

export type Variant = 'broken' | 'fine';

export interface Outcome extends Answer {
  readonly expected: readonly string[];
}

/** How many clusters of the gallery are played at a time. */
const AT_ONCE = 12;

/** Later than it is: what a check calls too young to judge has grown old by then. */
const LATER_MS = 3_600_000;

/** The codes that objects alone give rise to: what only traffic proves is tried where there is traffic (test/e2e/tried.test.ts). */
export function playedCodes(): readonly string[] {
  return galleryCodes().filter((code) => galleryObservations(code, 'broken') === undefined);
}

/** Plays the whole gallery in a cluster, each in a namespace of its own; outcomes by `CODE VARIANT`. */
export async function playGallery(client: KubeClient, prefix: string): Promise<ReadonlyMap<string, Outcome>> {
  const lookAtMs = Date.now() + LATER_MS;
  const codes = playedCodes();
  const titles = codes.flatMap((code) => (['broken', 'fine'] as const).map((variant) => ({code, variant})));
  const sets = [...new Set(titles.map(({code, variant}) => nodesIn(code, variant)))];
  const plays = titles.map(({code, variant}) => {
    const recording = {
      name: `${code.slice(3)}${variant.charAt(0)}`,
      objects: galleryObjects(code, variant),
      recordedAtMs: NOW,
      keeps: KEEPS[`${code} ${variant}`] ?? [],
    };
    const nodePrefix = `${prefix}-${sets.indexOf(nodesIn(code, variant))}`;
    return {code, variant, script: scriptOf(recording, {prefix, nodePrefix, lookAtMs})};
  });
  const nodes = await makeNodes(client, nodesOf(plays.map(({script}) => script)));
  const outcomes = new Map<string, Outcome>();
  const perform = async ({code, variant, script}: (typeof plays)[number]): Promise<void> => {
    const expected = linesOf(galleryFindings(code, variant));
    const minSeverity = explainCode(code)?.advice ? 'info' : undefined;
    const answer = await play(client, script, {minSeverity, lookAtMs, isIt: (found) => found.join() === expected.join()});
    outcomes.set(`${code} ${variant}`, {...answer, expected});
  };
  try {
    const [alone, together] = [true, false].map((is) => plays.filter(({script}) => writesSystem(script) === is));
    await atOnce(AT_ONCE, together ?? [], perform);
    await atOnce(1, alone ?? [], perform);
  } finally {
    await atOnce(AT_ONCE, plays, ({script}) => strike(client, script));
    await nodes.close();
  }
  return outcomes;
}

function nodesIn(code: string, variant: Variant): string {
  return JSON.stringify(galleryObjects(code, variant).filter(({kind}) => kind === 'Node'));
}

/** All nodes of the scripts, each once. */
function nodesOf(scripts: readonly Script[]): Script['objects'] {
  const nodes = scripts.flatMap(({objects}) => objects.filter(({kind}) => kind === 'Node'));
  return [...new Map(nodes.map((node) => [node.metadata?.name, node])).values()];
}
