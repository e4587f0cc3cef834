export {type KubeletOptions, type Kubelets, startKubelets} from './kubelets.ts';
export type {NodeSpec} from './node/node-object.ts';
export type {TokenRequest} from './volumes/payload.ts';
