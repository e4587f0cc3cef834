import type {IncomingMessage, ServerResponse} from 'node:http';
import {sendText} from './respond.ts';

/** The Kubernetes version whose behaviour this server shows. Clients compare its parts with their own. */
export const KUBERNETES_VERSION = 'v1.37.2';

const VERSION = {
  major: '1',
  minor: '37',
  emulationMajor: '1',
  emulationMinor: '37',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '36',
  gitVersion: `${KUBERNETES_VERSION}+kiada-sandbox`,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform === 'win32' ? 'windows' : process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};

/** The paths that need no credentials: a server that answers is healthy, there is nothing it waits for. False for other paths. */
export function serveHealth({method}: IncomingMessage, response: ServerResponse, {pathname, searchParams}: URL): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (pathname === '/version' || pathname === '/version/') {
    sendText(response, 200, `${JSON.stringify(VERSION, null, 2)}\n`, 'application/json');
    return true;
  }
  const [, check = ''] = /^\/(healthz|livez|readyz)(\/.*)?$/.exec(pathname) ?? [];
  if (check === '') return false;
  sendText(response, 200, searchParams.has('verbose') ? `[+]ping ok\n[+]storage ok\n${check} check passed\n` : 'ok');
  return true;
}
