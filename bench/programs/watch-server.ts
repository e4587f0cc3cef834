// As much of an API server as a watch of endpoints needs: collections that never change but for the slices, whose watch brings so many
// changes a second. Prints its port.
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {parseArgs} from 'node:util';
import {clusterOf} from './cluster.ts';

const {values} = parseArgs({
  options: {services: {type: 'string', default: '200'}, rate: {type: 'string', default: '5000'}, seconds: {type: 'string', default: '10'}},
});
const [services, rate, seconds] = [Number(values.services), Number(values.rate), Number(values.seconds)];
const {objects, slice} = clusterOf(services);
const TICK_MS = 10;
/** Time for the watcher to have its first state. */
const LEAD_MS = 2_000;

const server = http.createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const resource = url.pathname.split('/').at(-1) ?? '';
  response.setHeader('Content-Type', 'application/json');
  if (!['services', 'endpointslices', 'pods', 'nodes'].includes(resource)) {
    response.statusCode = 404;
    response.end(JSON.stringify({kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404}));
  } else if (url.searchParams.has('watch')) {
    response.flushHeaders();
    if (resource === 'endpointslices') flood(response);
  } else response.end(JSON.stringify(listOf(resource)));
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({port: (server.address() as AddressInfo).port})));

function listOf(resource: string): object {
  const [kind, apiVersion] = {
    services: ['Service', 'v1'],
    endpointslices: ['EndpointSlice', 'discovery.k8s.io/v1'],
    pods: ['Pod', 'v1'],
    nodes: ['Node', 'v1'],
  }[resource] as [string, string];
  const items = objects.filter((object) => object.kind === kind).map((object) => versioned(object, '1'));
  return {kind: `${kind}List`, apiVersion, metadata: {resourceVersion: '1'}, items};
}

/** Each event turns one endpoint of one slice: not ready in the first pass over all of them, ready in the next, and so on. */
function flood(response: http.ServerResponse): void {
  const total = rate * seconds;
  const begin = performance.now() + LEAD_MS;
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - begin) / 1_000) * rate));
    const lines: string[] = [];
    for (; sent < due; sent++) lines.push(lineOf(sent));
    if (lines.length > 0) response.write(lines.join(''));
    if (sent === total) clearInterval(timer);
  }, TICK_MS);
  response.on('close', () => clearInterval(timer));
}

const written = new Map<string, readonly [string, string]>();

/** The text of an event but for its version is made once: the server's share of the machine is the watcher's loss. */
function lineOf(event: number): string {
  const [index, ready] = [event % services, Math.floor(event / services) % 2 === 1];
  const key = `${index} ${ready}`;
  const known = written.get(key);
  const [before, after] =
    known ?? (JSON.stringify({type: 'MODIFIED', object: versioned(slice(index, ready), '?')}).split('"?"') as [string, string]);
  if (known === undefined) written.set(key, [before, after]);
  return `${before}"${event + 2}"${after}\n`;
}

function versioned(object: object, version: string): object {
  const {metadata} = object as {metadata: object};
  return {...object, metadata: {...metadata, resourceVersion: version}};
}
