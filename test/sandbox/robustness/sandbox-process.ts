/**
 * A whole sandbox as a process of its own, in the folder that argv names. Prints how to reach it; answers each line on its input with what
 * it holds in memory once all garbage is gone. Anything uncaught ends it, which is what the tests look for.
 */
import {writeSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {catalogue} from '../../../src/cli/catalogue.ts';
import {startSandbox} from '../../../src/sandbox/sandbox.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const sandbox = await startSandbox({
  name: 'robust',
  dataDir: process.argv[2] ?? '',
  port: 0,
  nodes: Number(process.argv[4] ?? 3),
  zones: 3,
  ipFamily: process.argv[3] === 'dual' ? 'dual' : 'ipv4',
  images: catalogue(),
  log: (component, message) => process.stderr.write(`${component} ${message}\n`),
});
writeSync(1, `${JSON.stringify({...sandbox.info(), ...sandbox.credentials})}\n`);

createInterface({input: process.stdin}).on('line', () => {
  collectGarbage();
  setImmediate(() => {
    collectGarbage();
    const {heapUsed, external, arrayBuffers, rss} = process.memoryUsage();
    writeSync(1, `${JSON.stringify({heldBytes: heapUsed + external + arrayBuffers, residentBytes: rss})}\n`);
  });
});
