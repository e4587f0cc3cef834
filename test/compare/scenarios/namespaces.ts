import {prepare, type Scenario, step} from '../runner/types.ts';

const OTHER = 'cmp-{run}-other';
const HELD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, finalizers: [example.com/hold]}\n';

/** Namespaces that come, are looked at and end; nodes. */
export const namespaces: Scenario = {
  name: 'namespaces',
  leftovers: [`namespace/${OTHER}`, 'node/cmp-{run}-node'],
  steps: [
    step(`create namespace ${OTHER}`),
    step(`create namespace ${OTHER}`, {as: 'again'}),
    step('create namespace Bad_Name'),
    step(`get ns ${OTHER}`),
    step(`get ns ${OTHER} -o yaml`),
    step(`describe ns ${OTHER}`),
    step(`get cm -n ${OTHER}`, {until: /kube-root/}),
    prepare(`create -n ${OTHER} -f -`, {stdin: HELD}),
    prepare(`create -n ${OTHER} -f -`, {
      stdin: HELD.replace('finalizers: [example.com/hold]', '').replace('kept, ', 'free').replace('ConfigMap', 'Secret'),
    }),
    step('get cm,secret -A --field-selector metadata.namespace=cmp-{run}-other', {lines: 'a set'}),
    step(`delete ns ${OTHER} --wait=false`),
    step(`get ns ${OTHER}`, {as: 'ending'}),
    step(`create cm late -n ${OTHER}`),
    step(`get ns ${OTHER} -o jsonpath='{range .status.conditions[*]}{.type}={.status} {.reason} {.message}{"\\n"}{end}'`, {
      until: /NamespaceFinalizersRemaining=True/,
    }),
    step(`get all,cm,secret -n ${OTHER}`, {as: 'what is left'}),
    step(`patch cm kept -n ${OTHER} --type=merge -p '{"metadata":{"finalizers":null}}'`),
    step(`wait --for=delete ns/${OTHER} --timeout=60s`, {keep: /^exit/}),
    step(`get ns ${OTHER}`, {as: 'gone'}),
    step(`get pods -n ${OTHER}`, {as: 'gone'}),
    step(`create cm late -n ${OTHER}`, {as: 'gone'}),
    step('delete ns default'),
    step('delete ns kube-system --dry-run=server'),
    step('get nodes', {keep: /NAME/}),
    step(
      'get nodes -o jsonpath=\'{range .items[*]}{.status.conditions[*].type}={.status.conditions[*].status} {.spec.podCIDRs} {.status.addresses[*].type}{"\\n"}{end}\'',
      {lines: 'a set'},
    ),
    step(
      'get nodes -L topology.kubernetes.io/zone --no-headers -o custom-columns=ARCH:.status.nodeInfo.architecture,OS:.status.nodeInfo.operatingSystem,VERSION:.status.nodeInfo.kubeletVersion',
    ),
    step('create -f -', {
      stdin:
        'apiVersion: v1\nkind: Node\nmetadata: {name: cmp-{run}-node, labels: {example.com/throw-away: "yes"}}\nspec: {taints: [{key: example.com/none, effect: NoSchedule}]}\n',
      as: 'a node',
    }),
    step('get node cmp-{run}-node', {keep: /^exit|Unknown|Ready/}),
    step('cordon cmp-{run}-node'),
    step('cordon cmp-{run}-node', {as: 'again'}),
    step('uncordon cmp-{run}-node'),
    step('taint node cmp-{run}-node a=b:NoSchedule'),
    step('taint node cmp-{run}-node a=b:NoSchedule', {as: 'again'}),
    step('taint node cmp-{run}-node a=c:NoSchedule --overwrite'),
    step('taint node cmp-{run}-node a:NoSchedule-'),
    step('taint node cmp-{run}-node a:Nonsense'),
    step('taint node absent a=b:NoSchedule'),
    step('label node cmp-{run}-node x=y'),
    step('drain cmp-{run}-node'),
    step('get node cmp-{run}-node -o jsonpath={.spec.unschedulable}'),
    step('patch node cmp-{run}-node -p \'{"spec":{"podCIDR":"10.1.0.0/24"}}\'', {keep: /^exit|invalid|Forbidden/}),
    step('delete node cmp-{run}-node'),
    step('drain absent'),
    step('get pv,sc'),
    step('explain node.spec.podCIDR'),
    step('get svc -n default kubernetes'),
    step('describe svc -n default kubernetes'),
    step(
      'get endpointslices -n default -l kubernetes.io/service-name=kubernetes --no-headers -o custom-columns=TYPE:.addressType,PORTS:.ports',
    ),
    step('get svc -n kube-system kube-dns -o jsonpath={.spec.ports}'),
  ],
};
