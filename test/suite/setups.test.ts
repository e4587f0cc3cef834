import {createPrivateKey, X509Certificate} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../src/model/index.ts';
import {findSetup, type OnNode, SETUP_LABEL, setups, suiteImages} from '../../src/suite/index.ts';
import {DEMO_CERTIFICATE, DEMO_KEY} from '../../src/suite/setups/demo-certificate.ts';

const NAMES = [
  'suite',
  'quote',
  'quiz',
  'kiada',
  'kiada-nodeport',
  'kiada-nodeport-local',
  'kiada-loadbalancer',
  'quote-headless',
  'quote-local',
  'quote-topology',
  'quote-dualstack',
  'external-service',
  'external-service-headless',
  'time-api',
  'hostname-subdomain',
  'dns-config',
  'kiada-readiness',
  'kiada-mock-readiness',
  'quote-readiness',
  'publish-not-ready',
  'affinity',
];

interface PodSpec {
  readonly volumes?: readonly {
    name: string;
    configMap?: {name: string};
    persistentVolumeClaim?: {claimName: string};
    projected?: {sources: {configMap?: {name: string}; secret?: {name: string}}[]};
  }[];
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly volumeMounts?: readonly {name: string}[];
}

const keyOf = (object: KubernetesObject): string => `${object.kind}/${object.metadata?.name}`;
const podsOf = (objects: readonly KubernetesObject[]) =>
  objects.filter((object) => object.kind === 'Pod').map((pod) => pod['spec'] as unknown as PodSpec);

const ON_NODE: OnNode = {image: 'node:24', code: (program) => `// ${program}`, mongoImage: 'mongo:8', claims: true};
const FORMS = {images: 'images', 'on Node': ON_NODE, 'on Node without a volume': {...ON_NODE, mongoImage: null, claims: false}} as const;

describe('the setups', () => {
  test('are those of the documentation, each with a line of summary', () => {
    expect(setups().map((setup) => setup.name)).toEqual(NAMES);
    for (const setup of setups()) expect(setup.summary, setup.name).toMatch(/^\S.{10,140}$/);
  });

  test('are found by name, and others are not', () => {
    expect(findSetup('quote')?.name).toBe('quote');
    expect(findSetup('qoute')).toBeNull();
  });

  test('label every object with the part that it belongs to, and with kiada as its manager', () => {
    for (const setup of setups()) {
      for (const object of setup.objects) {
        expect(object.metadata?.labels?.['app.kubernetes.io/managed-by'], keyOf(object)).toBe('kiada');
        expect(setup.parts, keyOf(object)).toContain(object.metadata?.labels?.[SETUP_LABEL]);
      }
    }
  });

  test('name no object twice, set no namespace, and need only setups that exist', () => {
    for (const setup of setups()) {
      const keys = setup.objects.map(keyOf);
      expect(new Set(keys).size, setup.name).toBe(keys.length);
      expect(setup.objects.filter((object) => object.metadata?.namespace)).toEqual([]);
      for (const need of setup.needs) expect(NAMES).toContain(need);
    }
  });

  for (const [name, form] of Object.entries(FORMS)) {
    test(`bring along all that their pods mount, and mount only volumes that the pod has (${name})`, () => {
      for (const setup of setups(form)) {
        const keys = new Set(setup.objects.map(keyOf));
        for (const spec of podsOf(setup.objects)) {
          for (const volume of spec.volumes ?? []) {
            const sources = volume.projected?.sources ?? [];
            const maps = [volume.configMap, ...sources.map((source) => source.configMap)].filter((map) => map !== undefined);
            for (const map of maps) expect(keys).toContain(`ConfigMap/${map.name}`);
            const claim = volume.persistentVolumeClaim?.claimName;
            if (claim !== undefined) expect(keys).toContain(`PersistentVolumeClaim/${claim}`);
            for (const source of sources) if (source.secret) expect(keys).toContain(`Secret/${source.secret.name}`);
          }
          const volumes = new Set((spec.volumes ?? []).map((volume) => volume.name));
          for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
            for (const mount of container.volumeMounts ?? []) expect(volumes).toContain(mount.name);
          }
        }
      }
    });
  }

  test('use luksa/ images of the suite alone', () => {
    const known = suiteImages().flatMap((image) => image.names);
    const used = setups()
      .flatMap((setup) => podsOf(setup.objects))
      .flatMap((spec) => spec.containers)
      .map((container) => container.image);
    const ours = used.filter((image) => image.startsWith('luksa/'));
    expect(ours.length).toBeGreaterThan(10);
    for (const image of ours) expect(known).toContain(image.split(':')[0]);
  });

  test('use no image of the suite where they run on Node, and bring the code of each program that is called', () => {
    const programs = new Set<string>();
    for (const setup of setups(ON_NODE)) {
      const code = new Set(setup.objects.filter(({kind}) => kind === 'ConfigMap').flatMap((map) => Object.keys(map['data'] as object)));
      for (const container of podsOf(setup.objects).flatMap((spec) => spec.containers)) {
        expect(container.image).toMatch(/^(node:24|mongo:8|nginx:alpine|busybox)$/);
        if (container.image !== ON_NODE.image) continue;
        const [, file = ''] = container.command ?? [];
        expect(code).toContain(file.replace('/opt/kiada/', ''));
        programs.add(file);
      }
    }
    expect([...programs].toSorted()).toEqual(
      ['kiada', 'quiz-api', 'quote-writer', 'tls-proxy'].map((program) => `/opt/kiada/${program}.mjs`),
    );
  });

  test('keep the names of objects in every form, but for what a form alone needs', () => {
    const servicesAndPods = (form: (typeof FORMS)[keyof typeof FORMS]) =>
      setups(form).flatMap(({objects}) => objects.filter(({kind}) => kind === 'Service' || kind === 'Pod').map(keyOf));
    for (const form of Object.values(FORMS)) expect(servicesAndPods(form)).toEqual(servicesAndPods('images'));
  });

  test('let Quiz keep its data in MongoDB or in SQLite, on a claimed volume or one that goes with the pod', () => {
    const quiz = (form: OnNode) => findSetup('quiz', form)?.objects.map(keyOf) ?? [];
    const containers = (form: OnNode) => podsOf(findSetup('quiz', form)?.objects ?? [])[0]?.containers.map(({name}) => name);
    expect(containers(ON_NODE)).toEqual(['quiz-api', 'mongo']);
    expect(quiz(ON_NODE)).toEqual(expect.arrayContaining(['ConfigMap/quiz-questions', 'PersistentVolumeClaim/quiz-data']));
    expect(containers({...ON_NODE, mongoImage: null})).toEqual(['quiz-api']);
    expect(quiz({...ON_NODE, mongoImage: null, claims: false})).toEqual(['ConfigMap/quiz-programs', 'Service/quiz', 'Pod/quiz']);
  });

  test('join Quiz, Quote and Kiada as the suite, with Kiada on a load balancer and the node ports 30080 and 30443', () => {
    const suite = findSetup('suite');
    expect(suite?.parts).toEqual(['quiz', 'quote', 'kiada']);
    const services = suite?.objects.filter((object) => object.kind === 'Service') ?? [];
    expect(services.map((object) => object.metadata?.name)).toEqual(['quiz', 'quote', 'kiada']);
    const spec = services[2]?.['spec'] as {type: string; ports: {nodePort: number}[]};
    expect([spec.type, ...spec.ports.map((port) => port.nodePort)]).toEqual(['LoadBalancer', 30_080, 30_443]);
  });

  test('share no object that the removal of one would take from another, but for the Service that exposes Kiada', () => {
    for (const form of Object.values(FORMS)) {
      const owners = new Map<string, string>();
      for (const setup of setups(form).filter((candidate) => candidate.name !== 'suite')) {
        for (const key of setup.objects.map(keyOf)) {
          if (key === 'Service/kiada') continue;
          expect(owners.get(key), key).toBeUndefined();
          owners.set(key, setup.name);
        }
      }
    }
  });

  test('carry a certificate that belongs to its key, for kiada.example.com', () => {
    const certificate = new X509Certificate(DEMO_CERTIFICATE);
    expect(certificate.checkPrivateKey(createPrivateKey(DEMO_KEY))).toBe(true);
    expect(certificate.checkHost('kiada.example.com')).toBe('kiada.example.com');
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now());
  });
});
