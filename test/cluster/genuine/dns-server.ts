import {KUBECONFIG} from './kubeconfig.ts';
import {RIG} from './rig.ts';

/** Where this machine reaches the genuine cluster's DNS: KIADA_TEST_DNS, else the rig's own door on the loopback; null without either. */
export const DNS_SERVER: string | null =
  process.env['KIADA_TEST_DNS'] ??
  (KUBECONFIG !== undefined && RIG !== null ? `127.0.0.1:${process.env['RIG_DNS_PORT'] ?? '15353'}` : null);

export const NO_DNS = 'KIADA_TEST_DNS names no DNS server of the cluster that this machine reaches';
