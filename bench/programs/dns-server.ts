// Serves the names of a snapshot's Services with the sandbox's DNS server; prints its port.
import {readFileSync} from 'node:fs';
import {parse} from 'yaml';
import type {KubernetesObject} from '../../src/model/index.ts';
import {viewOf} from '../../src/routing/index.ts';
import {startDnsServer} from '../../src/sandbox/network/index.ts';

const view = viewOf([parse(readFileSync(process.argv[2] as string, 'utf8')) as KubernetesObject]);
const {port} = await startDnsServer({view: () => view});
console.log(JSON.stringify({port}));
