import {prepare, type Scenario, step} from '../runner/types.ts';

const HELD = `
apiVersion: v1
kind: Service
metadata: {name: held}
spec:
  type: NodePort
  clusterIP: 10.96.0.240
  ports: [{port: 80, nodePort: 30042}]
`;

/** What a Service is refused for, in whose words. */
export const serviceErrors: Scenario = {
  name: 'service-errors',
  steps: [
    step('create -f manifests/bad-services.yaml'),
    step('create --validate=warn -f manifests/bad-services.yaml'),
    step('apply --validate=ignore -f manifests/bad-services.yaml', {keep: /unknown|wrong-type|nonsense|eighty/}),
    step('apply --server-side -f manifests/bad-services.yaml', {keep: /unknown|wrong-type|nonsense|eighty/, as: 'server-side'}),
    prepare('delete svc --all'),
    prepare('create -f -', {stdin: HELD}),
    step('create -f -', {stdin: HELD, as: 'it exists'}),
    step('create -f -', {stdin: HELD.replace('held', 'same-ip'), as: 'cluster IP taken'}),
    step('create -f -', {stdin: HELD.replace('held', 'same-port').replace('clusterIP: 10.96.0.240', ''), as: 'node port taken'}),
    step('create --dry-run=server -f -', {stdin: HELD.replace('held', 'dry'), as: 'cluster IP taken, dry run'}),
    step('patch svc held -p \'{"spec":{"clusterIP":"10.96.0.241","clusterIPs":["10.96.0.241"]}}\''),
    step('patch svc held -p \'{"spec":{"clusterIPs":[]}}\''),
    step('patch svc held -p \'{"spec":{"ipFamilies":["IPv6"]}}\''),
    step('patch svc held -p \'{"spec":{"ipFamilyPolicy":"PreferDualStack"}}\''),
    step('get svc held -o yaml', {as: 'with two families'}),
    step('patch svc held -p \'{"spec":{"ipFamilyPolicy":"SingleStack"}}\''),
    step('patch svc held --type=merge -p \'{"spec":{"ipFamilyPolicy":"SingleStack","ipFamilies":["IPv4"],"clusterIPs":["10.96.0.240"]}}\''),
    step('get svc held -o yaml', {as: 'with one family again'}),
    step('patch svc held -p \'{"spec":{"type":"LoadBalancer","loadBalancerClass":"example.com/a"}}\''),
    step('patch svc held -p \'{"spec":{"loadBalancerClass":"example.com/b"}}\''),
    step('patch svc held -p \'{"metadata":{"name":"other"}}\''),
    step('patch svc held -p \'{"metadata":{"resourceVersion":"1"}}\''),
    step('patch svc held -p \'{"metadata":{"uid":"00000000-0000-0000-0000-000000000000"}}\''),
    step('patch svc held -p \'{"spec":\''),
    step('patch svc held --type=merge -p \'{"spec":{"ports":"x"}}\''),
    step("patch svc held --type=json -p '{}'"),
    step("patch svc missing -p '{}'"),
    step('create -f -', {stdin: 'apiVersion: v1\nkind: Servise\nmetadata: {name: x}\n', as: 'no such kind'}),
    step('create -f -', {stdin: 'apiVersion: v2\nkind: Service\nmetadata: {name: x}\n', as: 'no such version'}),
    step('create -f -', {stdin: 'kind: Service\nmetadata: {name: x}\n', as: 'no version'}),
    step('create -f -', {
      stdin: 'apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: elsewhere}\nspec: {ports: [{port: 80}]}\n',
      as: 'another namespace',
    }),
    step('create -f - --namespace cmp-absent', {
      stdin: 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80}]}\n',
      as: 'no such namespace',
    }),
    step('create -f -', {stdin: 'apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {ports: [{port: 80}]}\n', as: 'no name'}),
    step('create -f -', {
      stdin: 'apiVersion: v1\nkind: Service\nmetadata: {generateName: some-}\nspec: {ports: [{port: 80}]}\n',
      as: 'generated name',
    }),
    step('create service clusterip cli --tcp=80:8080'),
    step('create service clusterip cli-headless --clusterip=None --tcp=80'),
    step('create service nodeport cli-np --tcp=80:8080 --node-port=30077'),
    step('create service loadbalancer cli-lb --tcp=80:8080 --dry-run=client -o yaml'),
    step('create service loadbalancer cli-lb --tcp=80:8080 --dry-run=server -o yaml', {as: 'server'}),
    step('create service externalname cli-ext --external-name=example.com'),
    step('create service externalname cli-ext --external-name=not_ok_'),
    step('create service clusterip cli --tcp=x'),
    step('get svc -o wide'),
    step('replace -f -', {stdin: HELD.replace('10.96.0.240', '10.96.0.244'), as: 'immutable'}),
    step('replace -f -', {stdin: HELD.replace('name: held', 'name: absent'), as: 'not there'}),
    step('replace --force -f -', {stdin: HELD}),
    step('diff -f -', {stdin: HELD.replace('30042', '30043'), keep: /^exit|^[+-] |stderr|[Ee]rror/}),
    step('diff -f -', {stdin: HELD, as: 'no difference'}),
  ],
};
