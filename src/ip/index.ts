export {canonicalIP, familyOf, hostPort} from './address.ts';
export {addressNumber, type Cidr, cidrContains, cidrHoldsCanonical, compareAddresses, numberToAddress, parseCidr} from './cidr.ts';
export {type CidrSet, cidrSet} from './cidr-set.ts';
