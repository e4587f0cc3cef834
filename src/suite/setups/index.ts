export {findSetup, setups} from './catalogue.ts';
export type {OnNode, SuiteForm, SuiteProgram} from './form.ts';
export {SETUP_LABEL, type Setup} from './setup.ts';
