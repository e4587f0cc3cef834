import type {KubernetesObject} from '../../model/index.ts';
import {programContainer, programMap, programMounts, programVolumes, type SuiteForm} from './form.ts';
import {fieldVariable, service} from './service.ts';
import {type Setup, setupOf} from './setup.ts';

const CONFIG = `# Serves the quote file that the sidecar writes, and names the pod and the client in each reply.
server {
  listen 80;
  listen [::]:80;
  server_name localhost;
  root /usr/share/nginx/html;
  default_type text/plain;
  add_header X-Kiada-Pod $hostname always;
  add_header X-Kiada-Client $remote_addr always;

  location / {
    index index.html;
  }
  location = /quote {
    add_header X-Kiada-Pod $hostname always;
    add_header X-Kiada-Client $remote_addr always;
    add_header Cache-Control no-store;
  }
  location = /healthz/ready {
    access_log off;
    return 200 "Ready\\n";
  }
}
`;

const PORT = {name: 'http', port: 80, targetPort: 80} as const;
const SELECTOR = {app: 'quote'} as const;
const READINESS = {httpGet: {path: '/quote', port: 80}, periodSeconds: 2, failureThreshold: 1};

/** The web server's configuration under a name of its own, so that each setup can be removed alone. */
function quoteConfig(name: string): KubernetesObject {
  return {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, labels: {app: 'quote'}}, data: {'default.conf': CONFIG}};
}

/** What Quote's pods of a setup mount. */
function podObjects(form: SuiteForm, setup: string, config: string): readonly KubernetesObject[] {
  return [...programMap(form, setup, 'quote', ['quote-writer']), quoteConfig(config)];
}

interface QuotePod {
  readonly name: string;
  /** The setup that it belongs to. */
  readonly setup: string;
  readonly config: string;
  readonly rel?: 'stable' | 'canary';
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly ready?: Readonly<Record<string, unknown>>;
}

/** A Quote pod: an init container that writes the index page, the writer of the quote, and nginx that serves both. */
function quotePod(form: SuiteForm, {name, setup, config, rel = 'stable', spec = {}, ready = READINESS}: QuotePod): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, labels: {app: 'quote', rel}},
    spec: {
      ...spec,
      volumes: [{name: 'shared', emptyDir: {}}, {name: 'nginx-config', configMap: {name: config}}, ...programVolumes(form, setup)],
      initContainers: [
        {
          name: 'index-writer',
          image: 'busybox',
          command: ['sh', '-c', 'echo "Quote runs in pod $HOSTNAME on node $NODE_NAME" > /html/index.html'],
          env: [fieldVariable('NODE_NAME', 'spec.nodeName')],
          volumeMounts: [{name: 'shared', mountPath: '/html'}],
        },
      ],
      containers: [
        {
          name: 'quote-writer',
          ...programContainer(form, 'quote-writer', {image: 'luksa/quote-writer:0.1', imagePullPolicy: 'IfNotPresent'}),
          volumeMounts: [{name: 'shared', mountPath: '/var/local/output'}, ...programMounts(form)],
        },
        {
          name: 'nginx',
          image: 'nginx:alpine',
          ports: [{name: 'http', containerPort: 80}],
          readinessProbe: ready,
          volumeMounts: [
            {name: 'shared', mountPath: '/usr/share/nginx/html', readOnly: true},
            {name: 'nginx-config', mountPath: '/etc/nginx/conf.d', readOnly: true},
          ],
        },
      ],
    },
  };
}

const PODS = [
  ['quote-001', 'stable'],
  ['quote-002', 'stable'],
  ['quote-003', 'stable'],
  ['quote-canary', 'canary'],
] as const;

/** Quote and each variation of its Service. */
export function quoteSetups(form: SuiteForm): readonly Setup[] {
  return [
    setupOf('quote', 'Quote: four pods that serve a new quote each minute, behind a cluster IP', [
      ...podObjects(form, 'quote', 'quote-nginx'),
      service('quote', SELECTOR, [PORT]),
      ...PODS.map(([name, rel]) => quotePod(form, {name, setup: 'quote', rel, config: 'quote-nginx'})),
    ]),
    variation('quote-headless', 'a headless Service: DNS gives the address of each Quote pod', {clusterIP: 'None'}),
    variation('quote-local', 'internalTrafficPolicy Local: pods reach only the Quote pods of their own node', {
      internalTrafficPolicy: 'Local',
    }),
    variation('quote-topology', 'trafficDistribution PreferSameZone: pods reach the Quote pods of their own zone', {
      trafficDistribution: 'PreferSameZone',
    }),
    variation('quote-dualstack', 'RequireDualStack: a cluster IP of each address family (needs a dual-stack cluster)', {
      ipFamilyPolicy: 'RequireDualStack',
    }),
    setupOf('hostname-subdomain', 'pods with hostname and subdomain, which have DNS names of their own', [
      ...podObjects(form, 'hostname-subdomain', 'quote-hosts-nginx'),
      service('quote-hosts', {app: 'quote', kiada: 'hostname-subdomain'}, [PORT], {clusterIP: 'None'}),
      named(form, 'quote-host-1', {hostname: 'quote-1', subdomain: 'quote-hosts'}),
      named(form, 'quote-host-2', {hostname: 'quote-2', subdomain: 'quote-hosts'}),
      named(form, 'quote-host-3', {subdomain: 'quote-hosts'}),
    ]),
    setupOf(
      'quote-readiness',
      'a Quote pod that is ready while it serves a quote, and unready at the first failure',
      [
        ...podObjects(form, 'quote-readiness', 'quote-readiness-nginx'),
        quotePod(form, {
          name: 'quote-readiness',
          setup: 'quote-readiness',
          config: 'quote-readiness-nginx',
          ready: {httpGet: {path: '/quote', port: 80, scheme: 'HTTP'}, failureThreshold: 1},
        }),
      ],
      ['quote'],
    ),
  ];
}

function variation(name: string, summary: string, spec: Readonly<Record<string, unknown>>): Setup {
  return setupOf(name, summary, [service(name, SELECTOR, [PORT], spec)], ['quote']);
}

/** One of the pods with a name of its own; the extra label keeps the Service to these. */
function named(form: SuiteForm, name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  const pod = quotePod(form, {name, setup: 'hostname-subdomain', config: 'quote-hosts-nginx', spec});
  return {...pod, metadata: {...pod.metadata, labels: {...pod.metadata?.labels, kiada: 'hostname-subdomain'}}};
}
