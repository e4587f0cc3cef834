import type {KubernetesObject} from '../../model/index.ts';
import {DEMO_CERTIFICATE, DEMO_KEY} from './demo-certificate.ts';
import {ENVOY_CONFIG} from './envoy-config.ts';
import {programContainer, programMap, programMounts, programVolumes, type SuiteForm} from './form.ts';
import {fieldVariable, service} from './service.ts';
import {type Setup, setupOf} from './setup.ts';

const SELECTOR = {app: 'kiada'} as const;
const PORTS = [
  {name: 'http', port: 80, targetPort: 8080},
  {name: 'https', port: 443, targetPort: 8443},
] as const;
const NODE_PORTS = PORTS.map((port) => ({...port, nodePort: port.name === 'http' ? 30_080 : 30_443}));
const HTTP_READY = {httpGet: {path: '/healthz/ready', port: 8080}, periodSeconds: 2};

const PODS = [
  ['kiada-001', 'stable'],
  ['kiada-002', 'stable'],
  ['kiada-003', 'stable'],
  ['kiada-canary', 'canary'],
] as const;

/** Kiada, the ways to expose it, and its readiness. */
export function kiadaSetups(form: SuiteForm): readonly Setup[] {
  return [
    setupOf('kiada', 'Kiada: four pods with a TLS sidecar each, behind a load balancer (node ports 30080 and 30443)', [
      ...podObjects(form, 'kiada'),
      service('kiada', SELECTOR, NODE_PORTS, {type: 'LoadBalancer'}),
      ...PODS.map(([name, rel]) => kiadaPod(form, {name, rel, configs: 'kiada', ready: HTTP_READY})),
    ]),
    exposure('kiada-nodeport', 'Kiada on the node ports 30080 and 30443 of every node', {type: 'NodePort'}),
    exposure('kiada-nodeport-local', 'the same with externalTrafficPolicy Local: the client address is kept, nodes without a pod drop', {
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
    }),
    exposure('kiada-loadbalancer', 'Kiada behind a load balancer', {type: 'LoadBalancer'}),
    setupOf(
      'affinity',
      'sessionAffinity ClientIP: a client keeps the pod that it met first',
      [service('kiada-affinity', SELECTOR, PORTS, {sessionAffinity: 'ClientIP', sessionAffinityConfig: {clientIP: {timeoutSeconds: 300}}})],
      ['kiada'],
    ),
    setupOf(
      'publish-not-ready',
      'publishNotReadyAddresses: endpoints whether they are ready or not',
      [service('kiada-publish-not-ready', SELECTOR, PORTS, {publishNotReadyAddresses: true})],
      ['kiada-mock-readiness'],
    ),
    setupOf(
      'kiada-readiness',
      'a Kiada pod whose two containers are each asked over HTTP whether they are ready',
      [
        ...podObjects(form, 'kiada-readiness'),
        kiadaPod(form, {
          name: 'kiada-readiness',
          rel: 'stable',
          configs: 'kiada-readiness',
          ready: {httpGet: {path: '/healthz/ready', port: 8080, scheme: 'HTTP'}},
          tlsReady: {httpGet: {path: '/ready', port: 'admin'}},
        }),
      ],
      ['quiz', 'quote'],
    ),
    setupOf(
      'kiada-mock-readiness',
      'a Kiada pod that is ready while the file /var/ready exists: kubectl exec kiada-mock-readiness -c kiada -- touch /var/ready',
      [
        ...podObjects(form, 'kiada-mock-readiness'),
        kiadaPod(form, {
          name: 'kiada-mock-readiness',
          configs: 'kiada-mock-readiness',
          ready: {
            exec: {command: ['ls', '/var/ready']},
            initialDelaySeconds: 10,
            periodSeconds: 5,
            failureThreshold: 3,
            successThreshold: 2,
            timeoutSeconds: 2,
          },
        }),
      ],
      ['kiada'],
    ),
  ];
}

function exposure(name: string, summary: string, spec: Readonly<Record<string, unknown>>): Setup {
  return setupOf(name, summary, [service('kiada', SELECTOR, NODE_PORTS, spec)], ['kiada']);
}

/** The programs, and the sidecar's configuration and certificate, under names of the setup's own, so that each setup can be removed alone. */
function podObjects(form: SuiteForm, setup: string): readonly KubernetesObject[] {
  const labels = {app: 'kiada'};
  const envoy = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: `${setup}-ssl-config`, labels}, data: {'envoy.yaml': ENVOY_CONFIG}};
  return [
    ...programMap(form, setup, 'kiada', ['kiada', 'tls-proxy']),
    ...(form === 'images' ? [envoy] : []),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {name: `${setup}-tls`, labels},
      type: 'kubernetes.io/tls',
      data: {'tls.crt': Buffer.from(DEMO_CERTIFICATE).toString('base64'), 'tls.key': Buffer.from(DEMO_KEY).toString('base64')},
    },
  ];
}

interface KiadaPod {
  readonly name: string;
  readonly rel?: 'stable' | 'canary';
  /** The setup, whose name is in front of the ConfigMaps' and the Secret's. */
  readonly configs: string;
  readonly ready: Readonly<Record<string, unknown>>;
  /** The readiness probe of the sidecar. */
  readonly tlsReady?: Readonly<Record<string, unknown>>;
}

function kiadaPod(form: SuiteForm, {name, rel, configs, ready, tlsReady}: KiadaPod): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, labels: {app: 'kiada', ...(rel === undefined ? {} : {rel})}},
    spec: {
      volumes: [tlsVolume(form, configs), ...programVolumes(form, configs)],
      containers: [kiadaContainer(form, ready), tlsContainer(form, tlsReady)],
    },
  };
}

/** The sidecar is Envoy where its image is; elsewhere a program of the suite does what is needed of it. */
function sidecar(form: SuiteForm): 'envoy' | 'tls-proxy' {
  return form === 'images' ? 'envoy' : 'tls-proxy';
}

function tlsVolume(form: SuiteForm, configs: string): object {
  const items = [
    {key: 'tls.crt', path: 'kiada.crt'},
    {key: 'tls.key', path: 'kiada.key', mode: 0o600},
  ];
  const config = form === 'images' ? [{configMap: {name: `${configs}-ssl-config`}}] : [];
  return {name: sidecar(form), projected: {sources: [...config, {secret: {name: `${configs}-tls`, items}}]}};
}

function kiadaContainer(form: SuiteForm, ready: object): object {
  const mounts = programMounts(form);
  return {
    name: 'kiada',
    ...programContainer(form, 'kiada', {image: 'luksa/kiada:0.5', imagePullPolicy: 'IfNotPresent'}, ['--listen-port', '8080']),
    env: [
      {name: 'QUOTE_URL', value: 'http://quote/quote'},
      {name: 'QUIZ_URL', value: 'http://quiz'},
      fieldVariable('POD_NAME', 'metadata.name'),
      fieldVariable('POD_IP', 'status.podIP'),
      fieldVariable('NODE_NAME', 'spec.nodeName'),
      fieldVariable('NODE_IP', 'status.hostIP'),
    ],
    ports: [{name: 'http', containerPort: 8080}],
    readinessProbe: ready,
    ...(mounts.length === 0 ? {} : {volumeMounts: mounts}),
  };
}

function tlsContainer(form: SuiteForm, ready: object | undefined): object {
  const envoy = {image: 'envoyproxy/envoy:v1.31-latest', command: ['envoy', '-c', '/etc/config/envoy.yaml']};
  return {
    name: sidecar(form),
    ...programContainer(form, 'tls-proxy', envoy),
    ports: [
      {name: 'https', containerPort: 8443},
      {name: 'admin', containerPort: 9901},
    ],
    ...(ready === undefined ? {} : {readinessProbe: ready}),
    volumeMounts: [{name: sidecar(form), mountPath: '/etc/config', readOnly: true}, ...programMounts(form)],
  };
}
