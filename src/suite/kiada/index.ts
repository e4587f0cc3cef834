export {kiada} from './program.ts';
