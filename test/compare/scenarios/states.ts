import {type Scenario, step} from '../runner/types.ts';

const EVENTS =
  'get events -o custom-columns=TYPE:.type,REASON:.reason,FROM:.source.component,FIELD:.involvedObject.fieldPath,MESSAGE:.message --no-headers';
/** Whether an image was on the node already is nobody's promise. */
const WORDS = /^(?!Normal +(Pulling|Pulled)|.*FailedMount.*failed to sync)/;
const CONDITIONS = '-o jsonpath=\'{range .status.conditions[*]}{.type}={.status} {.reason} {.message}{"\\n"}{end}\'';
const STATE =
  '-o jsonpath=\'{range .status.containerStatuses[*]}{.name} {.ready} {.started} {.restartCount} {.state} {.lastState}{"\\n"}{end}\'';

/** The steps for one pod: how it is listed, its conditions, its containers' states, its events. */
function looks(pod: string, listed: RegExp, conditions?: RegExp) {
  return [
    step(`get pod ${pod}`, {until: listed}),
    step(`get pod ${pod} ${CONDITIONS}`, conditions === undefined ? {} : {until: conditions}),
    step(`${EVENTS} --field-selector involvedObject.name=${pod}`, {title: `get events of ${pod}`, lines: 'a set', keep: WORDS}),
  ];
}

/** States that pods get into: the words of kubectl, of conditions and of events. */
export const states: Scenario = {
  name: 'states',
  steps: [
    step('apply -f manifests/states.yaml'),
    ...looks('done', /Completed/),
    ...looks('failed', /Error/),
    ...looks('init', /2\/2/),
    ...looks('init-fails', /Init:Error/),
    step('wait --for=jsonpath={.status.initContainerStatuses[0].state.waiting.reason}=CrashLoopBackOff pod/init-loops --timeout=80s'),
    ...looks('init-loops', /Init:/).slice(1),
    step('wait --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff pod/crash --timeout=80s'),
    ...looks('crash', /crash/, /ContainersReady=False/).slice(1),
    ...looks('no-image', /ImagePullBackOff/),
    ...looks('bad-image', /InvalidImageName/),
    ...looks('never-pull', /ErrImageNeverPull/),
    ...looks('no-config', /CreateContainerConfigError/),
    ...looks('no-key', /CreateContainerConfigError/),
    ...looks('no-volume', /ContainerCreating/),
    ...looks('no-program', /StartError|ContainerCannotRun/),
    ...looks('no-node', /Pending/),
    ...looks('too-large', /Pending/),
    ...looks('scheduled-later', /SchedulingGated/),
    ...looks('deadline', /Error|DeadlineExceeded/),
    step(`get pod done ${STATE}`),
    step(`get pod failed ${STATE}`),
    step(`get pod no-program ${STATE}`),
    step(
      'get pod crash -o jsonpath={.status.containerStatuses[0].lastState.terminated.message}{.status.containerStatuses[0].lastState.terminated.exitCode}',
    ),
    step('get pod no-image -o jsonpath={.status.containerStatuses[0].state.waiting.message}', {until: /Back-off/}),
    step('get pod no-config -o jsonpath={.status.containerStatuses[0].state.waiting.message}'),
    step('get pod deadline -o jsonpath={.status.phase}:{.status.reason}:{.status.message}'),
    step('get pods -l app=states --field-selector status.phase=Succeeded'),
    step('get pods -l app=states --field-selector status.phase!=Running,status.phase!=Pending -o name'),
    step('get pods --sort-by=.metadata.name -o name'),
    step('logs crash', {lines: 'a set'}),
    // of one that runs: a kubelet keeps no more than one dead container, and that of a crashing pod is the current one
    step('logs crashed-once --previous', {lines: 'a set', until: /starting/}),
    step('logs failed'),
    step('logs failed -c bad'),
    step('logs failed --all-containers'),
    step('logs failed --all-containers --prefix'),
    step('logs failed -c none'),
    step('logs init -c main'),
    step('logs init --previous'),
    step('logs no-image'),
    step('logs no-node'),
    step('logs absent'),
    step('exec done -- ls'),
    step('exec no-node -- ls'),
    step('describe pod failed', {lines: 'a set', keep: /^(?! +Normal +(Pulling|Pulled))/}),
    step('describe pod init', {keep: /^(?!Events| {2}[A-Z]\w+ {2})/}),
    step('describe pod no-node', {lines: 'a set'}),
    step('get pod init -o yaml'),
    step('get pod done -o yaml'),
    step('patch pod scheduled-later --type=json -p \'[{"op":"remove","path":"/spec/schedulingGates"}]\''),
    step('patch pod init -p \'{"spec":{"terminationGracePeriodSeconds":9}}\''),
    step('patch pod init -p \'{"spec":{"containers":[{"name":"main","image":"alpine"}]}}\''),
    step('delete pods --all --now', {lines: 'a set'}),
  ],
};
