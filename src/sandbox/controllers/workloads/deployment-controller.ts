import type {KubernetesObject} from '../../../model/index.ts';
import {type Api, ApiError} from '../../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from '../controller.ts';
import {createEventRecorder} from '../event-recorder.ts';
import {controllerOf, isGoing, labelsOf, numberOf, recordOf, specOf, statusOf} from '../fields.ts';
import {deploymentStatus, untilDeadline} from './deployment-status.ts';
import {claimOwned, isActive, ownerReference, workloadsOf} from './owned-pods.ts';
import {replicasOf} from './replica-set-controller.ts';
import {newReplicas, oldReplicas, rolloutLimits} from './rollout-numbers.ts';
import {hasTemplate, TEMPLATE_HASH, templateHash} from './template-hash.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';
/** Annotations of a deployment that are not its replica sets' too. */
const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  DESIRED,
  MAX,
  'deployment.kubernetes.io/revision-history',
  'deprecated.deployment.rollback.to',
]);

/** Rolls out Deployments over ReplicaSets: the deployment-controller of kube-controller-manager. */
export function startDeploymentController(api: Api, options: ControllerOptions): Controller {
  const record = createEventRecorder(api, options.clock, 'deployment-controller');

  function sync(key: string): number | undefined {
    const {namespace, name} = splitKey(key);
    const deployment = api.get('deployments', namespace, name);
    if (deployment === null) return undefined;
    const sets = claimOwned(api, 'replicasets', deployment).map(
      (set) => api.get('replicasets', namespace, set.metadata?.name ?? '') ?? set,
    );
    if (!isGoing(deployment)) rollOut(deployment, sets);
    return report(namespace, name);
  }

  function rollOut(deployment: KubernetesObject, sets: readonly KubernetesObject[]): undefined {
    const template = recordOf(specOf(deployment)['template']);
    const sorted = [...sets].sort(byAge);
    const found = sorted.find((set) => hasTemplate(set, template));
    const old = sorted.filter((set) => set !== found);
    const paused = specOf(deployment)['paused'] === true;
    const recreate = recordOf(specOf(deployment)['strategy'])['type'] === 'Recreate';
    if (recreate && !paused && clearOld(deployment, old)) return;
    if (found === undefined && paused) return scaleOnly(deployment, old);
    const fresh = annotate(deployment, found ?? create(deployment, template, old), old);
    if (paused) return scaleOnly(deployment, [fresh, ...old]);
    if (scale(deployment, fresh, newReplicas(deployment, replicasOf(fresh), [fresh, ...old]))) return;
    const kept = oldReplicas(deployment, fresh, old);
    const moved = old.filter((set, index) => scale(deployment, set, kept[index] ?? 0));
    if (moved.length === 0 && old.every((set) => replicasOf(set) === 0)) forgetOldest(deployment, old);
  }

  /** Recreate: the old pods go, all of them, before the first new one comes. True while some are left. */
  function clearOld(deployment: KubernetesObject, old: readonly KubernetesObject[]): boolean {
    for (const set of old) scale(deployment, set, 0);
    const uids = new Set(old.map((set) => set.metadata?.uid));
    return api
      .list('pods', deployment.metadata?.namespace ?? '')
      .some((pod) => uids.has(controllerOf(pod)?.uid) && (isActive(pod) || isGoing(pod)));
  }

  /** A paused deployment is scaled, but not rolled: the newest set that has pods takes the difference. */
  function scaleOnly(deployment: KubernetesObject, sets: readonly KubernetesObject[]): undefined {
    const active = sets.filter((set) => replicasOf(set) > 0);
    const [only] = active.length > 0 ? active : sets;
    const others = active.filter((set) => set !== only).reduce((sum, set) => sum + replicasOf(set), 0);
    if (only !== undefined) scale(deployment, only, Math.max(0, replicasOf(deployment) - others));
  }

  function create(deployment: KubernetesObject, template: ReturnType<typeof recordOf>, old: readonly KubernetesObject[]): KubernetesObject {
    const {namespace = '', name = ''} = deployment.metadata ?? {};
    const collisions = numberOf(statusOf(deployment)['collisionCount']) ?? 0;
    const hash = templateHash(template, collisions);
    const metadata = recordOf(template['metadata']);
    const labels = {...recordOf(metadata['labels']), [TEMPLATE_HASH]: hash};
    const selector = recordOf(specOf(deployment)['selector']);
    const spec = {
      replicas: newReplicas(deployment, 0, old),
      ...(specOf(deployment)['minReadySeconds'] === undefined ? {} : {minReadySeconds: specOf(deployment)['minReadySeconds']}),
      selector: {...selector, matchLabels: {...recordOf(selector['matchLabels']), [TEMPLATE_HASH]: hash}},
      template: {...template, metadata: {...metadata, labels}},
    };
    const owned = {name: `${name}-${hash}`, namespace, labels, ownerReferences: [ownerReference(deployment)]};
    try {
      const set = api.create('replicasets', {metadata: {...owned, annotations: inherited(deployment)}, spec} as KubernetesObject);
      if (spec.replicas > 0) tellScaled(deployment, set, 0, spec.replicas);
      return set;
    } catch (error) {
      // another template has the same hash: the next attempt hashes with a count
      if (error instanceof ApiError && error.reason === 'AlreadyExists') setCollisions(deployment, collisions + 1);
      throw error;
    }
  }

  function setCollisions(deployment: KubernetesObject, collisionCount: number): void {
    const edit = (draft: {status?: object}): undefined => {
      draft.status = {...draft.status, collisionCount};
    };
    api.change('deployments', deployment.metadata?.namespace ?? '', deployment.metadata?.name ?? '', edit, {subresource: 'status'});
  }

  /** The newest set carries the newest revision and the deployment's annotations; the deployment carries the revision too. */
  function annotate(deployment: KubernetesObject, set: KubernetesObject, old: readonly KubernetesObject[]): KubernetesObject {
    const {namespace = '', name = ''} = deployment.metadata ?? {};
    const revision = String(Math.max(0, ...old.map(revisionOf)) + 1);
    const kept = Math.max(revisionOf(set), Number(revision));
    const annotations = {...inherited(deployment), ...sizes(deployment), [REVISION]: String(kept)};
    const changed = api.change('replicasets', namespace, set.metadata?.name ?? '', (draft) => {
      draft.metadata.annotations = {...draft.metadata.annotations, ...annotations};
      if (specOf(deployment)['minReadySeconds'] !== undefined) draft.spec.minReadySeconds = specOf(deployment)['minReadySeconds'];
    });
    api.change('deployments', namespace, name, (draft) => {
      draft.metadata.annotations = {...draft.metadata.annotations, [REVISION]: String(kept)};
    });
    return changed ?? set;
  }

  function scale(deployment: KubernetesObject, set: KubernetesObject, replicas: number): boolean {
    const before = replicasOf(set);
    const {namespace = '', name = ''} = set.metadata ?? {};
    api.change('replicasets', namespace, name, (draft) => {
      draft.spec.replicas = replicas;
      if (replicas > 0 || before > 0) draft.metadata.annotations = {...draft.metadata.annotations, ...sizes(deployment)};
    });
    if (before === replicas) return false;
    tellScaled(deployment, set, before, replicas);
    return true;
  }

  function tellScaled(deployment: KubernetesObject, set: KubernetesObject, from: number, to: number): void {
    record(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata?.name} from ${from} to ${to}`,
    );
  }

  /** Keeps as many old sets as the history limit says. */
  function forgetOldest(deployment: KubernetesObject, old: readonly KubernetesObject[]): void {
    const limit = numberOf(specOf(deployment)['revisionHistoryLimit']) ?? 10;
    const idle = old.filter((set) => replicasOf(set) === 0 && (numberOf(statusOf(set)['replicas']) ?? 0) === 0 && !isGoing(set));
    const byRevision = [...idle].sort((a, b) => revisionOf(a) - revisionOf(b));
    for (const {metadata} of byRevision.slice(0, Math.max(0, idle.length - limit))) {
      api.delete('replicasets', metadata?.namespace ?? '', metadata?.name ?? '', {propagation: 'Background'});
    }
  }

  function report(namespace: string, name: string): number | undefined {
    const deployment = api.get('deployments', namespace, name);
    if (deployment === null) return undefined;
    const sets = api.list('replicasets', namespace).filter((set) => controllerOf(set)?.uid === deployment.metadata?.uid);
    const fresh = sets.find((set) => hasTemplate(set, recordOf(specOf(deployment)['template']))) ?? null;
    const status = deploymentStatus(deployment, sets, fresh, options.clock.now());
    const edit = (draft: {status?: object}): undefined => {
      draft.status = status;
    };
    const written = api.change('deployments', namespace, name, edit, {subresource: 'status'});
    return untilDeadline(written ?? deployment, options.clock.now());
  }

  return runController(api, options, {
    name: 'deployment-controller',
    watches: {
      deployments: own,
      replicasets: (change) => workloadsOf(api, 'deployments', 'Deployment', change),
      pods: (change) => (change.type === 'DELETED' ? deploymentsOfPod(api, change.object) : []),
    },
    initial: () => api.list('deployments').map(keyOf),
    sync,
  });
}

function byAge(a: KubernetesObject, b: KubernetesObject): number {
  const [left, right] = [a.metadata?.creationTimestamp ?? '', b.metadata?.creationTimestamp ?? ''];
  return left === right ? revisionOf(a) - revisionOf(b) : left < right ? -1 : 1;
}

function revisionOf(set: KubernetesObject): number {
  return Number(set.metadata?.annotations?.[REVISION] ?? 0) || 0;
}

function inherited(deployment: KubernetesObject): Record<string, string> {
  return Object.fromEntries(Object.entries(deployment.metadata?.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.has(key)));
}

function sizes(deployment: KubernetesObject): Record<string, string> {
  const replicas = replicasOf(deployment);
  const recreate = recordOf(specOf(deployment)['strategy'])['type'] === 'Recreate';
  return {[DESIRED]: String(replicas), [MAX]: String(replicas + (recreate ? 0 : rolloutLimits(deployment).maxSurge))};
}

/** The deployment whose replica set a pod belonged to: with Recreate its end is what the next step waits for. */
function deploymentsOfPod(api: Api, pod: KubernetesObject): readonly string[] {
  const {namespace = ''} = pod.metadata ?? {};
  const owner = controllerOf(pod, 'ReplicaSet');
  const set = owner === null || labelsOf(pod)[TEMPLATE_HASH] === undefined ? null : api.get('replicasets', namespace, owner.name);
  const deployment = set === null ? null : controllerOf(set, 'Deployment');
  return deployment === null ? [] : [`${namespace}/${deployment.name}`];
}
