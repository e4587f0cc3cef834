import {describe, expect, it} from 'vitest';
import {inManifestWords} from '../../src/findings/manifest-remedy.ts';
import {kubectl, patchService, replaceInService} from '../../src/findings/words.ts';

const WEB = {namespace: 'shop', name: 'web'};

describe('a remedy for files', () => {
  const cases: readonly (readonly [command: string, told: string])[] = [
    [
      patchService(WEB, {spec: {type: 'LoadBalancer', externalIPs: null}}),
      'in the manifest of Service web, set spec.type: LoadBalancer, remove spec.externalIPs',
    ],
    [
      patchService(WEB, {spec: {selector: {'app.kubernetes.io/instance': "it's", app: null}}}),
      'in the manifest of Service web, set spec.selector["app.kubernetes.io/instance"]: "it\'s", remove spec.selector.app',
    ],
    [
      `if so: ${patchService(WEB, {spec: {loadBalancerSourceRanges: ['203.0.113.0/24']}})}`,
      'if so: in the manifest of Service web, set spec.loadBalancerSourceRanges: ["203.0.113.0/24"]',
    ],
    [replaceInService(WEB, '/spec/ports/0/targetPort', 8080), 'in the manifest of Service web, set spec.ports[0].targetPort: 8080'],
    [
      kubectl(
        'shop',
        'patch',
        'networkpolicy',
        'out',
        '--type=json',
        '-p',
        '[{"op":"add","path":"/spec/egress/-","value":{"ports":[{"port":53}]}}]',
      ),
      'in the manifest of NetworkPolicy out, add to spec.egress: {ports: [{port: 53}]}',
    ],
    [
      kubectl('shop', 'annotate', 'service', 'web', 'service.kubernetes.io/topology-mode=Auto', '--overwrite'),
      'in the manifest of Service web, set metadata.annotations["service.kubernetes.io/topology-mode"]: Auto',
    ],
    [
      kubectl('shop', 'label', 'endpoints', 'db', 'endpointslice.kubernetes.io/skip-mirror-'),
      'in the manifest of Endpoints db, remove metadata.labels["endpointslice.kubernetes.io/skip-mirror"]',
    ],
    [kubectl('shop', 'set', 'selector', 'service', 'db', 'app=NAME'), 'in the manifest of Service db, set spec.selector.app: NAME'],
    [
      `create it as "db", then: ${kubectl('shop', 'delete', 'endpoints', 'old')}`,
      'create it as "db", then: take Endpoints old out of the files',
    ],
    [`correct the name: ${kubectl('shop', 'edit', 'ingress', 'shop')}`, 'correct the name, in the manifest of Ingress shop'],
    [kubectl('shop', 'edit', 'ingress', 'shop'), 'in the manifest of Ingress shop'],
  ];
  for (const [command, told] of cases) it(`says ${told}`, () => expect(inManifestWords(command)).toBe(told));

  it('stays as it is where it changes nothing that a file has', () => {
    for (const remedy of [
      'use port 80 in WEB_URL',
      `see them: ${kubectl('shop', 'get', 'pods', '-l', 'app=web')}`,
      `create it: ${kubectl('shop', 'create', 'service', 'clusterip', 'web')}`,
      'tell it to the kubectl user',
    ])
      expect(inManifestWords(remedy)).toBe(remedy);
  });
});
