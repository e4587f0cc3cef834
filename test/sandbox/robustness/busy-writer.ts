import type {Registry} from '../../../src/sandbox/api-server/index.ts';
import type {Dice} from './dice.ts';

const KINDS = ['configmaps', 'services', 'secrets'] as const;

/** Creates, changes and deletes objects of several kinds until it is stopped; forgets old changes now and then, so that watches meet a 410. */
export function startWriting(api: Registry, dice: Dice): {stop(): void; readonly writes: () => number; readonly compactions: () => number} {
  let writes = 0;
  let compactions = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 3; i++) {
      writeOnce(api, dice);
      writes += 1;
    }
    if (dice.chance(0.01)) {
      api.store.compact(api.store.resourceVersion);
      compactions += 1;
    }
  }, 5);
  return {stop: () => clearInterval(timer), writes: () => writes, compactions: () => compactions};
}

function writeOnce(api: Registry, dice: Dice): void {
  const kind = dice.pick(KINDS);
  const name = `o${dice.int(60)}`;
  const present = api.get(kind, 'default', name) !== null;
  const mark = {mark: dice.word()};
  if (present && dice.chance(0.4)) api.delete(kind, 'default', name);
  else if (present) api.change(kind, 'default', name, (draft) => void Object.assign(draft.metadata, {labels: mark}));
  else
    api.create(kind, {metadata: {name, namespace: 'default', labels: mark}, ...(kind === 'services' ? {spec: {ports: [{port: 80}]}} : {})});
}

/** What is stored, as `KIND/NAME` to resourceVersion, for comparing with what an informer holds. */
export function storedVersions(api: Registry): Record<string, string> {
  return Object.fromEntries(
    KINDS.flatMap((kind) =>
      api.list(kind, 'default').map(({metadata}) => [`${kind}/${metadata?.name}`, metadata?.resourceVersion ?? '']),
    ).sort(),
  );
}
