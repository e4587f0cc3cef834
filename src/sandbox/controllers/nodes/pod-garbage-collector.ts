import type {Api} from '../../api.ts';
import {type Controller, type ControllerOptions, own, runController} from '../controller.ts';
import {isFinished, specOf, textOf} from '../fields.ts';

/** How long a node must have been gone before its pods are given up (pkg/controller/podgc). */
const QUARANTINE_MS = 40_000;

/** Removes pods whose node is no more: nobody else can say that they have ended. Keys are node names. */
export function startPodGarbageCollector(api: Api, options: ControllerOptions): Controller {
  const missing = new Map<string, number>();

  function sync(node: string): number | undefined {
    const pods = api.list('pods').filter((pod) => specOf(pod)['nodeName'] === node);
    if (api.get('nodes', '', node) !== null || pods.length === 0) {
      missing.delete(node);
      return undefined;
    }
    const since = missing.get(node) ?? options.clock.now();
    missing.set(node, since);
    const left = since + QUARANTINE_MS - options.clock.now();
    if (left > 0) return left;
    for (const pod of pods) {
      const {namespace = '', name = ''} = pod.metadata ?? {};
      if (!isFinished(pod)) setFailed(api, namespace, name);
      api.delete('pods', namespace, name, {graceSeconds: 0});
    }
    return undefined;
  }

  return runController(api, options, {
    name: 'pod-garbage-collector',
    watches: {
      nodes: own,
      pods: ({type, object}) => {
        const node = textOf(specOf(object)['nodeName']) ?? '';
        return type === 'DELETED' || node === '' || api.get('nodes', '', node) !== null ? [] : [node];
      },
    },
    initial: () => new Set(api.list('pods').flatMap((pod) => textOf(specOf(pod)['nodeName']) || [])),
    sync,
  });
}

function setFailed(api: Api, namespace: string, name: string): void {
  const edit = (draft: {status?: object}): undefined => {
    draft.status = {...draft.status, phase: 'Failed'};
  };
  api.change('pods', namespace, name, edit, {subresource: 'status'});
}
