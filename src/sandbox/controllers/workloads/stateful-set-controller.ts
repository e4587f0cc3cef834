import {podIsReady} from '../../../endpoints/index.ts';
import type {KubernetesObject} from '../../../model/index.ts';
import type {Api} from '../../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from '../controller.ts';
import {createEventRecorder} from '../event-recorder.ts';
import {isFinished, isGoing, labelsOf, listOf, numberOf, recordOf, specOf, statusOf, textOf} from '../fields.ts';
import {claimOwned, nextAvailable, ownerReference, untilAvailable, workloadsOf} from './owned-pods.ts';
import {minReadySeconds, replicasOf} from './replica-set-controller.ts';
import {templateHash} from './template-hash.ts';

const REVISION = 'controller-revision-hash';

/**
 * Keeps StatefulSets: pods with stable names, hosts and claims, made in order and removed in reverse (or at once with `Parallel`), renewed
 * from the last one down. Of revisions only the names are kept, in the status: no ControllerRevision objects.
 */
export function startStatefulSetController(api: Api, options: ControllerOptions): Controller {
  const record = createEventRecorder(api, options.clock, 'statefulset-controller');

  function sync(key: string): number | undefined {
    const {namespace, name} = splitKey(key);
    const set = api.get('statefulsets', namespace, name);
    if (set === null) return undefined;
    if (!isGoing(set)) step(set);
    const pods = claimOwned(api, 'pods', set);
    writeStatus(set, pods);
    return nextAvailable(pods, minReadySeconds(set), options.clock.now());
  }

  /** Does what may be done now; what then changes brings the set here again. */
  function step(set: KubernetesObject): undefined {
    const pods = new Map(claimOwned(api, 'pods', set).map((pod) => [ordinalOf(pod), pod] as const));
    const first = numberOf(recordOf(specOf(set)['ordinals'])['start']) ?? 0;
    const wanted = Array.from({length: replicasOf(set)}, (_, index) => first + index);
    const parallel = specOf(set)['podManagementPolicy'] === 'Parallel';
    for (const ordinal of wanted) {
      const pod = pods.get(ordinal);
      if (pod === undefined) create(set, ordinal);
      else if (isFinished(pod) && !isGoing(pod)) remove(set, pod);
      if (!parallel && !(pod !== undefined && isHealthy(set, pod))) return;
    }
    const surplus = [...pods].filter(([ordinal]) => !wanted.includes(ordinal)).sort(([a], [b]) => b - a);
    for (const [, pod] of surplus) {
      if (!isGoing(pod)) remove(set, pod);
      if (!parallel) return;
    }
    const present = wanted.map((ordinal) => pods.get(ordinal)).filter((pod) => pod !== undefined);
    renew(set, present);
  }

  /** Deletes the last pod of an old template, one at a time, down to the partition. */
  function renew(set: KubernetesObject, pods: readonly KubernetesObject[]): undefined {
    const strategy = recordOf(specOf(set)['updateStrategy']);
    if (strategy['type'] === 'OnDelete') return;
    const partition = numberOf(recordOf(strategy['rollingUpdate'])['partition']) ?? 0;
    for (const pod of [...pods].reverse()) {
      if (ordinalOf(pod) < partition || !isHealthy(set, pod)) return;
      if (labelsOf(pod)[REVISION] !== revisionOf(set)) return remove(set, pod);
    }
  }

  function create(set: KubernetesObject, ordinal: number): void {
    const {namespace = '', name = ''} = set.metadata ?? {};
    const podName = `${name}-${ordinal}`;
    const template = recordOf(specOf(set)['template']);
    const {labels, annotations} = recordOf(template['metadata']);
    const claims = claimsFor(set, podName);
    for (const claim of claims)
      if (api.get('persistentvolumeclaims', namespace, claim.metadata.name) === null) makeClaim(set, claim, podName);
    const spec = recordOf(template['spec']);
    const volumes = claims.map(({volume, metadata}) => ({name: volume, persistentVolumeClaim: {claimName: metadata.name}}));
    const others = listOf(spec['volumes']).filter((volume) => !claims.some((claim) => claim.volume === volume['name']));
    const own_ = {
      'statefulset.kubernetes.io/pod-name': podName,
      'apps.kubernetes.io/pod-index': String(ordinal),
      [REVISION]: revisionOf(set),
    };
    api.create('pods', {
      metadata: {
        name: podName,
        generateName: `${name}-`,
        namespace,
        labels: {...(recordOf(labels) as Record<string, string>), ...own_},
        ...(annotations === undefined ? {} : {annotations: annotations as Record<string, string>}),
        ownerReferences: [ownerReference(set)],
      },
      spec: {...spec, hostname: podName, subdomain: specOf(set)['serviceName'], volumes: [...volumes, ...others]},
    });
    record(set, 'Normal', 'SuccessfulCreate', `create Pod ${podName} in StatefulSet ${name} successful`);
  }

  function makeClaim(set: KubernetesObject, claim: Claim, pod: string): void {
    const {metadata, spec} = claim;
    api.create('persistentvolumeclaims', {metadata: {...metadata, namespace: set.metadata?.namespace ?? ''}, spec});
    const message = `create Claim ${metadata.name} Pod ${pod} in StatefulSet ${set.metadata?.name} success`;
    record(set, 'Normal', 'SuccessfulCreate', message);
  }

  function remove(set: KubernetesObject, pod: KubernetesObject): undefined {
    const {namespace = '', name = ''} = pod.metadata ?? {};
    api.delete('pods', namespace, name);
    record(set, 'Normal', 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata?.name} successful`);
  }

  function isHealthy(set: KubernetesObject, pod: KubernetesObject): boolean {
    return !isGoing(pod) && untilAvailable(pod, minReadySeconds(set), options.clock.now()) === 0;
  }

  function writeStatus(set: KubernetesObject, pods: readonly KubernetesObject[]): void {
    const update = revisionOf(set);
    const updated = pods.filter((pod) => labelsOf(pod)[REVISION] === update).length;
    const before = textOf(statusOf(set)['currentRevision']);
    const done = before === null || (updated === pods.length && pods.length === replicasOf(set));
    const current = done ? update : before;
    const status = {
      observedGeneration: set.metadata?.generation,
      replicas: pods.length,
      readyReplicas: pods.filter(podIsReady).length,
      availableReplicas: pods.filter((pod) => isHealthy(set, pod)).length,
      currentReplicas: pods.filter((pod) => labelsOf(pod)[REVISION] === current).length,
      updatedReplicas: updated,
      currentRevision: current,
      updateRevision: update,
      collisionCount: 0,
    };
    const edit = (draft: {status?: object}): undefined => {
      draft.status = status;
    };
    api.change('statefulsets', set.metadata?.namespace ?? '', set.metadata?.name ?? '', edit, {subresource: 'status'});
  }

  return runController(api, options, {
    name: 'statefulset-controller',
    watches: {statefulsets: own, pods: (change) => workloadsOf(api, 'statefulsets', 'StatefulSet', change)},
    initial: () => api.list('statefulsets').map(keyOf),
    sync,
  });
}

interface Claim {
  readonly volume: string;
  readonly metadata: {readonly name: string; readonly labels?: Record<string, string>};
  readonly spec: unknown;
}

function claimsFor(set: KubernetesObject, pod: string): readonly Claim[] {
  return listOf(specOf(set)['volumeClaimTemplates']).map((template) => {
    const volume = textOf(recordOf(template['metadata'])['name']) ?? '';
    const labels = {...recordOf(recordOf(specOf(set)['selector'])['matchLabels'])} as Record<string, string>;
    return {volume, metadata: {name: `${volume}-${pod}`, labels}, spec: template['spec']};
  });
}

function revisionOf(set: KubernetesObject): string {
  return `${set.metadata?.name}-${templateHash(specOf(set)['template'], 0)}`;
}

function ordinalOf(pod: KubernetesObject): number {
  return Number(/-(\d+)$/.exec(pod.metadata?.name ?? '')?.[1] ?? -1);
}
