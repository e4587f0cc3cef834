import type {KubernetesObject} from '../../model/index.ts';
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

interface QuotePod {
  readonly name: string;
  readonly config: string;
  readonly rel?: 'stable' | 'canary';
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly ready?: Readonly<Record<string, unknown>>;
}

/** A Quote pod: an init container that writes the index page, the writer of the quote, and nginx that serves both. */
function quotePod({name, config, rel = 'stable', spec = {}, ready = READINESS}: QuotePod): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, labels: {app: 'quote', rel}},
    spec: {
      ...spec,
      volumes: [
        {name: 'shared', emptyDir: {}},
        {name: 'nginx-config', configMap: {name: config}},
      ],
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
          image: 'luksa/quote-writer:0.1',
          imagePullPolicy: 'IfNotPresent',
          volumeMounts: [{name: 'shared', mountPath: '/var/local/output'}],
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
export function quoteSetups(): readonly Setup[] {
  return [
    setupOf('quote', 'Quote: four pods that serve a new quote each minute, behind a cluster IP', [
      quoteConfig('quote-nginx'),
      service('quote', SELECTOR, [PORT]),
      ...PODS.map(([name, rel]) => quotePod({name, rel, config: 'quote-nginx'})),
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
      quoteConfig('quote-hosts-nginx'),
      service('quote-hosts', {app: 'quote', kiada: 'hostname-subdomain'}, [PORT], {clusterIP: 'None'}),
      named('quote-host-1', {hostname: 'quote-1', subdomain: 'quote-hosts'}),
      named('quote-host-2', {hostname: 'quote-2', subdomain: 'quote-hosts'}),
      named('quote-host-3', {subdomain: 'quote-hosts'}),
    ]),
    setupOf(
      'quote-readiness',
      'a Quote pod that is ready while it serves a quote, and unready at the first failure',
      [
        quoteConfig('quote-readiness-nginx'),
        quotePod({
          name: 'quote-readiness',
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
function named(name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  const pod = quotePod({name, config: 'quote-hosts-nginx', spec});
  return {...pod, metadata: {...pod.metadata, labels: {...pod.metadata?.labels, kiada: 'hostname-subdomain'}}};
}
