import {type Scenario, step} from '../runner/types.ts';

const CONDITIONS = '-o jsonpath=\'{range .status.conditions[*]}{.type}={.status} {.reason} {.message}{"\\n"}{end}\'';
const EVENTS = 'get events -o custom-columns=TYPE:.type,REASON:.reason,FROM:.source.component,MESSAGE:.message --no-headers';

/** Jobs that complete, fail, run out of time and wait. */
export const jobs: Scenario = {
  name: 'jobs',
  steps: [
    step('apply -f manifests/jobs.yaml'),
    step('wait --for=condition=Complete job/good --timeout=60s'),
    step('wait --for=condition=Failed job/bad job/late --timeout=60s'),
    step('get jobs', {until: /Suspended/}),
    step('get jobs -o wide'),
    step('get job good -o yaml'),
    step(`get job good ${CONDITIONS}`),
    step(`get job bad ${CONDITIONS}`),
    step(`get job late ${CONDITIONS}`),
    step(`get job held ${CONDITIONS}`),
    step('describe job good', {keep: /^(?!Events| {2}|Duration)/}),
    step('describe job held'),
    step('logs job/good'),
    step('logs job/bad'),
    step('get pods -l job-name=good --no-headers -o custom-columns=PHASE:.status.phase,OWNER:.metadata.ownerReferences[0].kind'),
    step('get pods -l job-name=bad -o jsonpath={.items[*].metadata.labels}'),
    step(`${EVENTS} --field-selector involvedObject.name=good`, {title: 'get events of good', lines: 'a set'}),
    step(`${EVENTS} --field-selector involvedObject.name=bad`, {title: 'get events of bad', lines: 'a set'}),
    step(`${EVENTS} --field-selector involvedObject.name=late`, {title: 'get events of late', lines: 'a set'}),
    step(`${EVENTS} --field-selector involvedObject.name=held`, {title: 'get events of held', lines: 'a set'}),
    step('patch job held -p \'{"spec":{"suspend":false}}\''),
    step('wait --for=condition=Complete job/held --timeout=60s'),
    step(`get job held ${CONDITIONS}`, {as: 'resumed'}),
    step('patch job good -p \'{"spec":{"template":{"spec":{"restartPolicy":"OnFailure"}}}}\'', {keep: /^exit|immutable/}),
    step('patch job good -p \'{"spec":{"completions":5}}\'', {keep: /^exit|immutable/}),
    step('create job cli --image=busybox --dry-run=client -o yaml -- echo x'),
    step('create job cli --image=busybox --dry-run=server -o name -- echo x'),
    step('create -f -', {
      stdin:
        'apiVersion: batch/v1\nkind: Job\nmetadata: {name: wrong}\nspec: {parallelism: -1, template: {spec: {containers: [{name: a, image: b}]}}}\n',
    }),
    step('delete job good bad late held'),
    step('get pods', {as: 'gone', until: /No resources/}),
  ],
};
