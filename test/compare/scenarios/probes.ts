import {type Scenario, step} from '../runner/types.ts';

const EVENTS =
  'get events -o custom-columns=TYPE:.type,REASON:.reason,FIELD:.involvedObject.fieldPath,MESSAGE:.message --no-headers --field-selector';
/** Whether an image was on the node already, and how soon a volume was there, is nobody's promise. */
const WORDS =
  /^(?!.*(Pulling|Pulled|FailedMount|combined from|:80: connect: connection refused|\/(moved|away|moved-unwell|long|named)": dial tcp))/;
const CONDITIONS = '-o jsonpath=\'{range .status.conditions[*]}{.type}={.status} {.reason} {.message}{"\\n"}{end}\'';

/** Probes of every kind: what they are defaulted to, what their failure says, and what it does. */
export const probes: Scenario = {
  name: 'probes',
  steps: [
    step('create -f manifests/bad-probes.yaml'),
    step('apply -f manifests/probes.yaml'),
    step('wait --for=condition=Ready pod/ready pod/hosts pod/away --timeout=90s'),
    step('get pod ready -o jsonpath={.spec.containers[0].readinessProbe}'),
    step('get pod ready -o jsonpath={.spec.containers[0].livenessProbe}'),
    step('get pod ready -o jsonpath={.spec.containers[0].startupProbe}'),
    step('describe pod ready', {keep: /^(exit| {4}(Ready|Liveness|Readiness|Startup):|Conditions| {2}\w+ +(True|False)$)/}),
    step(`get pod ready ${CONDITIONS}`),
    step(`get pod gated ${CONDITIONS}`, {until: /Ready=False/}),
    step(`get pod unwell ${CONDITIONS}`, {until: /ContainersReady=False/}),
    step(`get pod refused ${CONDITIONS}`, {until: /ContainersReady=False/}),
    step('get pods', {keep: /NAME|ready|hosts|away|unwell|long|gated/}),
    step('get pods -o wide', {keep: /gated|NAME/}),
    step(`${EVENTS} involvedObject.name=ready`, {title: 'get events of ready', lines: 'a set', keep: WORDS}),
    step(`${EVENTS} involvedObject.name=hosts`, {title: 'get events of hosts', lines: 'a set', keep: WORDS}),
    step(`${EVENTS} involvedObject.name=away`, {title: 'get events of away', lines: 'a set', keep: WORDS, until: /Warning/}),
    step(`${EVENTS} involvedObject.name=unwell,type=Warning`, {
      title: 'get events of unwell',
      lines: 'a set',
      keep: WORDS,
      until: /Unhealthy/,
    }),
    step(`${EVENTS} involvedObject.name=long,type=Warning`, {title: 'get events of long', lines: 'a set', keep: WORDS, until: /Unhealthy/}),
    step(`${EVENTS} involvedObject.name=refused,type=Warning`, {
      title: 'get events of refused',
      lines: 'a set',
      until:
        /(?=[\s\S]*\{http\})(?=[\s\S]*\{tcp\})(?=[\s\S]*\{grpc\})(?=[\s\S]*\{slow\})(?=[\s\S]*\{grpc-http\})(?=[\s\S]*\{https\})(?=[\s\S]*\{fails\})(?=[\s\S]*\{unnamed\})/,
    }),
    step(`${EVENTS} involvedObject.name=gone,type=Warning`, {title: 'get events of gone', lines: 'a set', keep: WORDS, until: /Unhealthy/}),
    step(`${EVENTS} involvedObject.name=unlive`, {title: 'get events of unlive', lines: 'a set', keep: WORDS, until: /Killing[\s\S]*/}),
    step(
      'get pod unlive -o jsonpath={.status.containerStatuses[0].lastState.terminated.reason}:{.status.containerStatuses[0].lastState.terminated.exitCode}',
      {until: /137/},
    ),
    step(`${EVENTS} involvedObject.name=unstarted`, {
      title: 'get events of unstarted',
      lines: 'a set',
      keep: WORDS,
      until: /Killing[\s\S]*/,
    }),
    step('wait --for=jsonpath={.status.phase}=Failed pod/unstarted --timeout=30s'),
    step('get pod unstarted'),
    step(`get pod unstarted ${CONDITIONS}`),
    step(
      'get pod unstarted -o jsonpath={.status.containerStatuses[0].state.terminated.reason}:{.status.containerStatuses[0].state.terminated.exitCode}:{.status.containerStatuses[0].started}',
    ),
    step('patch pod gated --subresource=status -p \'{"status":{"conditions":[{"type":"example.com/gate","status":"True"}]}}\''),
    step('wait --for=condition=Ready pod/gated --timeout=30s'),
    step(`get pod gated ${CONDITIONS}`, {as: 'gate open'}),
    step(
      'get endpointslices -l kubernetes.io/service-name=probes -o jsonpath=\'{range .items[*].endpoints[*]}{.targetRef.name} {.conditions}{"\\n"}{end}\'',
      {lines: 'a set', keep: /^(ready|hosts|away|unwell|long|gated|refused) /},
    ),
    step('exec ready -c http -- sh -c "kill 1; sleep 60"'),
    step(
      'get pod ready -o jsonpath={.status.containerStatuses[0].restartCount}:{.status.containerStatuses[0].lastState.terminated.reason}',
      {until: /1:/},
    ),
    step('wait --for=condition=Ready pod/ready --timeout=60s', {as: 'after its restart'}),
    step('delete pod --all --now'),
  ],
};
