export {findSetup, setups} from './catalogue.ts';
export {SETUP_LABEL, type Setup} from './setup.ts';
