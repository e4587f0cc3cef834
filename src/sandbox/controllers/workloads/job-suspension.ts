import type {KubernetesObject} from '../../../model/index.ts';
import type {Api} from '../../api.ts';
import type {RecordEvent} from '../event-recorder.ts';
import {conditionOf, listOf, specOf} from '../fields.ts';

/**
 * Says in a Job's conditions and by an event that it is suspended, or runs on: a resumed Job starts its clock anew. Returns the Job as it is
 * then. Upstream: pkg/controller/job/job_controller.go, ensureJobConditionStatus.
 */
export function tellSuspension(api: Api, job: KubernetesObject, record: RecordEvent, now: string): KubernetesObject {
  const suspended = specOf(job)['suspend'] === true;
  const before = conditionOf(job, 'Suspended');
  if (suspended ? before?.['status'] === 'True' : before?.['status'] !== 'True') return job;
  const [reason, message, event] = suspended ? ['JobSuspended', 'Job suspended', 'Suspended'] : ['JobResumed', 'Job resumed', 'Resumed'];
  const times = {lastProbeTime: now, lastTransitionTime: now};
  const condition = {type: 'Suspended', status: suspended ? 'True' : 'False', reason, message, ...times};
  const {namespace = '', name = ''} = job.metadata ?? {};
  const edit = (draft: {status?: {readonly conditions?: readonly object[]; readonly [field: string]: unknown}}): undefined => {
    const others = listOf(draft.status?.conditions).filter(({type}) => type !== 'Suspended');
    draft.status = {...draft.status, conditions: [...others, condition], ...(suspended ? {} : {startTime: now})};
  };
  const changed = api.change('jobs', namespace, name, edit, {subresource: 'status'});
  record(job, 'Normal', event ?? '', message ?? '');
  return changed ?? job;
}
