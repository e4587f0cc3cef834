export {canonicalIP, familyOf, hostPort} from './address.ts';
export {addressNumber, type Cidr, cidrContains, numberToAddress, parseCidr} from './cidr.ts';
