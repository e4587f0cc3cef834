export type {Controller} from './controller.ts';
export type {AddressRange} from './load-balancer-controller.ts';
export {type ControllersOptions, LOAD_BALANCER_RANGES, startControllers} from './start-controllers.ts';
