import type {KubernetesObject} from '../../model/index.ts';

/** A named set of manifests that `kiada apply` knows. */
export interface Setup {
  readonly name: string;
  /** One line: what it is for. */
  readonly summary: string;
  /** In the order in which they are applied. None has a namespace: they go where the user says. */
  readonly objects: readonly KubernetesObject[];
  /** Values of the label SETUP_LABEL that its objects carry: its own name, or the parts that it joins. What prune looks for. */
  readonly parts: readonly string[];
  /** Setups that give it something to work on. It can be applied without them. */
  readonly needs: readonly string[];
}

/** Every object of a setup carries its name under this label, and `app.kubernetes.io/managed-by: kiada`. */
export const SETUP_LABEL = 'kiada.dev/setup';

/** A setup of these objects, each labelled as its own. */
export function setupOf(name: string, summary: string, objects: readonly KubernetesObject[], needs: readonly string[] = []): Setup {
  return {name, summary, objects: objects.map((object) => labelled(object, name)), parts: [name], needs};
}

/** A setup that is several others in one. */
export function joinSetups(name: string, summary: string, setups: readonly Setup[]): Setup {
  return {
    name,
    summary,
    objects: setups.flatMap((setup) => setup.objects),
    parts: setups.flatMap((setup) => setup.parts),
    needs: [],
  };
}

function labelled(object: KubernetesObject, setup: string): KubernetesObject {
  const labels = {...object.metadata?.labels, 'app.kubernetes.io/managed-by': 'kiada', [SETUP_LABEL]: setup};
  return {...object, metadata: {...object.metadata, labels}};
}
