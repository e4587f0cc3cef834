import {prepare, type Scenario, step} from '../runner/types.ts';

const SLICES = 'get endpointslices -l kubernetes.io/service-name';
const FIELDS =
  '-o jsonpath=\'{range .items[*]}{.addressType}{" "}{.ports}{range .endpoints[*]}{"\\n  "}{.conditions} {.hostname} {.hints} {.targetRef.name}{end}{"\\n"}{end}\'';

/** Endpoints as pods come, get ready, lose readiness and go; slices and Endpoints made by hand. */
export const endpoints: Scenario = {
  name: 'endpoints',
  steps: [
    step('apply -f manifests/web.yaml'),
    step('wait --for=condition=Ready pod/web-1 --timeout=60s'),
    step('wait --for=jsonpath={.status.phase}=Running pod/web-2 --timeout=60s'),
    step('get pods -o wide', {until: /web-2 .*0\/1 .*Running[\s\S]*/}),
    step(`${SLICES}=web ${FIELDS}`, {until: /true[\s\S]*false/, lines: 'a set'}),
    step(`${SLICES}=peers ${FIELDS}`, {lines: 'a set'}),
    step(`${SLICES}=local ${FIELDS}`, {lines: 'a set'}),
    step('get endpoints web -o yaml'),
    step(
      `get endpoints peers -o jsonpath='{range .subsets[*]}{range .addresses[*]}{.hostname} {.targetRef.name}{"\\n"}{end}{.ports}{"\\n"}{end}'`,
      {lines: 'a set'},
    ),
    step('get endpointslices', {lines: 'a set'}),
    step('get endpointslices --show-labels', {lines: 'a set'}),
    step(`${SLICES}=web -o yaml`, {lines: 'a set', keep: /^(?!.*generation)/}),
    step('describe svc web', {keep: /^(?!Events|Endpoints| {2})/}),
    step('describe svc peers', {keep: /^(?!Events| {2})/}),
    step(`describe endpointslices -l kubernetes.io/service-name=web`, {lines: 'a set'}),
    step('describe endpoints web'),
    step('get pod web-2 -o jsonpath={.status.conditions[*].status}'),
    step('exec web-2 -- touch /tmp/ready'),
    step('wait --for=condition=Ready pod/web-2 --timeout=30s'),
    step(`${SLICES}=web ${FIELDS}`, {as: 'both ready', until: /true[\s\S]*true[\s\S]*true[\s\S]*true/, lines: 'a set'}),
    step('get endpoints web', {until: /,/}),
    step('exec web-2 -- rm /tmp/ready'),
    step('wait --for=condition=Ready=False pod/web-2 --timeout=30s'),
    step(`${SLICES}=web ${FIELDS}`, {as: 'one ready again', until: /"ready":false/, lines: 'a set'}),
    step('get events --field-selector involvedObject.name=web-2,type=Warning -o custom-columns=REASON:.reason,MESSAGE:.message', {
      lines: 'a set',
      until: /Unhealthy/,
    }),
    step('label pod web-1 app=other --overwrite'),
    step(`${SLICES}=web ${FIELDS}`, {as: 'without web-1', until: /^(?![\s\S]*web-1)/, lines: 'a set'}),
    step('label pod web-1 app=web --overwrite'),
    step(`${SLICES}=web ${FIELDS}`, {as: 'with web-1 again', until: /web-1/, lines: 'a set'}),
    step('delete pod web-1 web-2'),
    step(`${SLICES}=web ${FIELDS}`, {as: 'no pods', until: /^(?![\s\S]*web-)/, lines: 'a set'}),
    step('get endpoints web -o yaml', {as: 'no pods', until: /^(?![\s\S]*subsets)/}),
    step('delete svc web peers local'),
    step('get endpointslices,endpoints', {until: /No resources/}),
  ],
};

/** Slices and Endpoints made by hand. */
export const manualEndpoints: Scenario = {
  name: 'manual-endpoints',
  steps: [
    step('apply -f manifests/slices.yaml'),
    step('get endpointslice manual-1 -o yaml'),
    step('get endpointslice names -o yaml'),
    step('describe endpointslice manual-1'),
    step(`${SLICES}=mirrored -o custom-columns=TYPE:.addressType,PORTS:.ports`, {until: /8080/, lines: 'a set'}),
    step(`${SLICES}=mirrored -o yaml`, {until: /note: kept/, lines: 'a set'}),
    step('get endpoints mirrored -o yaml'),
    step('get endpoints'),
    step('describe svc manual'),
    step('describe svc mirrored', {keep: /^(?!Endpoints)/}),
    step('patch endpointslice manual-1 --type=merge -p \'{"addressType":"IPv6"}\''),
    step('patch endpointslice manual-1 --type=json -p \'[{"op":"remove","path":"/endpoints/0"}]\''),
    step('get endpointslice manual-1'),
    step('patch endpoints mirrored --type=json -p \'[{"op":"remove","path":"/subsets/0/notReadyAddresses"}]\''),
    step(`${SLICES}=mirrored ${FIELDS}`, {until: /^(?![\s\S]*false)/, lines: 'a set'}),
    step('annotate endpoints mirrored endpoints.kubernetes.io/last-change-trigger-time=2026-01-01T00:00:00Z'),
    step('label endpoints mirrored endpointslice.kubernetes.io/skip-mirror=true'),
    step(`${SLICES}=mirrored`, {as: 'no longer mirrored', until: /No resources/}),
    step('create -f manifests/bad-slices.yaml'),
    step('delete endpointslice manual-1 names'),
    step('delete endpoints mirrored'),
    step('explain endpointslice --recursive', {keep: /^ {2,}\w+\s+</}),
    prepare('delete svc --all'),
  ],
};
