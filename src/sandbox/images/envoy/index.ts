import {imageOf} from '../base.ts';
import {envoy, envoyEntrypoint} from './program.ts';

const CONFIG = `admin:
  address:
    socket_address: {address: 127.0.0.1, port_value: 9901}
`;

/** The Envoy stand-in. */
export const envoyImage = imageOf({
  names: ['envoyproxy/envoy'],
  summary: 'Envoy: TLS, HTTP and TCP proxy, by a subset of its static configuration; admin page',
  entrypoint: ['/docker-entrypoint.sh'],
  cmd: ['envoy', '-c', '/etc/envoy/envoy.yaml'],
  files: {'/etc/envoy/envoy.yaml': CONFIG},
  programs: {envoy, 'docker-entrypoint.sh': envoyEntrypoint},
});
