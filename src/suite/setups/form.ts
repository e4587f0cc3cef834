import type {KubernetesObject} from '../../model/index.ts';

/** A program of the suite that a container with nothing but Node can run: one file of code. */
export type SuiteProgram = 'kiada' | 'tls-proxy' | 'quiz-api' | 'quote-writer';

/** How the suite is put into a cluster that has none of its images: Node's image, and the programs from ConfigMaps. */
export interface OnNode {
  /** Image with a Node of 24 or newer. */
  readonly image: string;
  readonly code: (program: SuiteProgram) => string;
  /** Where Quiz keeps its data: in a MongoDB beside it, of this image, or (null) in a SQLite file of its own. */
  readonly mongoImage: string | null;
  /** Whether Quiz claims a volume; without, its data is gone with its pod. */
  readonly claims: boolean;
}

/** Where the suite's programs come from: the images of the book, which the sandbox has, or Node's image. */
export type SuiteForm = 'images' | OnNode;

const FOLDER = '/opt/kiada';
const VOLUME = 'programs';

/** Image, command and the like of a container that runs one of the programs. */
export function programContainer(form: SuiteForm, program: SuiteProgram, byImage: object, args: readonly string[] = []): object {
  if (form === 'images') return byImage;
  return {
    image: form.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', `${FOLDER}/${program}.mjs`, ...args],
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}, seccompProfile: {type: 'RuntimeDefault'}},
    resources: {requests: {cpu: '20m', memory: '64Mi'}},
  };
}

/** The mount of the programs, beside a container's own mounts. */
export function programMounts(form: SuiteForm): readonly object[] {
  return form === 'images' ? [] : [{name: VOLUME, mountPath: FOLDER, readOnly: true}];
}

/** The volume of the programs, beside a pod's own volumes. */
export function programVolumes(form: SuiteForm, setup: string): readonly object[] {
  return form === 'images' ? [] : [{name: VOLUME, configMap: {name: mapName(setup)}}];
}

/** The programs as a ConfigMap of the setup's own, so that each setup can be removed alone. */
export function programMap(form: SuiteForm, setup: string, app: string, programs: readonly SuiteProgram[]): readonly KubernetesObject[] {
  if (form === 'images') return [];
  const data = Object.fromEntries(programs.map((program) => [`${program}.mjs`, form.code(program)]));
  return [{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: mapName(setup), labels: {app}}, data}];
}

function mapName(setup: string): string {
  return `${setup}-programs`;
}
