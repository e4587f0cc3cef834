/** The store, the API and its HTTPS door, as a process of its own in the folder that argv names, until it is killed. Prints its port. */
import {writeSync} from 'node:fs';
import {join} from 'node:path';
import {createApi, createTokenIssuer, loadCertificates, openStore, startApiServer} from '../../../src/sandbox/api-server/index.ts';
import {readToken} from '../../../src/sandbox/kept-files.ts';

const folder = process.argv[2] ?? '';
const store = openStore(join(folder, 'cluster.db'));
const token = readToken(join(folder, 'pki'));
const certificates = await loadCertificates(join(folder, 'pki'));
// a range small enough that released addresses are soon needed again
const api = createApi(store, {allocation: {serviceCidrs: ['10.96.0.0/26']}});
if (api.get('namespaces', '', 'default') === null) api.create('namespaces', {metadata: {name: 'default'}});
const server = await startApiServer({
  api,
  runtime: () => null,
  dial: () => Promise.reject(new Error('there is no network here')),
  certificates,
  tokens: createTokenIssuer(token, Date.now, () => false),
});
writeSync(1, `${JSON.stringify({port: server.port, token, ca: certificates.ca.cert})}\n`);
