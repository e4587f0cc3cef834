// Runs the benchmarks and prints their table: npm run bench [-- --only NAME --quick --no-write]
import {writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {missing} from './kit/compare.ts';
import {isMet, type Row} from './kit/row.ts';
import {type Benchmark, isBuilt, ROOT, withFolder} from './kit/setting.ts';
import {markdownTable, plainTable} from './kit/table.ts';
import {machine, peerVersions} from './kit/versions.ts';
import {accounting} from './rows/accounting.ts';
import {dns} from './rows/dns.ts';
import {inspect} from './rows/inspect.ts';
import {load} from './rows/load.ts';
import {nodePort} from './rows/node-port.ts';
import {sandbox} from './rows/sandbox.ts';
import {scale} from './rows/scale.ts';
import {watch} from './rows/watch.ts';

const BENCHMARKS: readonly Benchmark[] = [load, accounting, inspect, watch, scale, dns, sandbox, nodePort];

const {values} = parseArgs({
  options: {
    only: {type: 'string', multiple: true},
    /** Everything once and briefly: to see that it works. */
    quick: {type: 'boolean', default: false},
    rounds: {type: 'string'},
    seconds: {type: 'string'},
    'no-write': {type: 'boolean', default: false},
  },
});

const chosen = BENCHMARKS.filter(({name}) => values.only === undefined || values.only.includes(name));
if (chosen.length === 0) throw new Error(`there are: ${BENCHMARKS.map(({name}) => name).join(', ')}`);
if (!isBuilt()) throw new Error('there is no build to measure: npm run build');
const {quick} = values;
const pressure = (os.loadavg()[0] ?? 0) / os.availableParallelism();
if (pressure > 0.3 && !quick)
  console.error(`The machine is busy (load ${os.loadavg()[0]?.toFixed(1)}): figures will say more about that than about kiada.`);

const writes = !quick && values.only === undefined && !values['no-write'];
const sections: {readonly benchmark: Benchmark; readonly rows: readonly Row[]}[] = [];
for (const benchmark of chosen) {
  console.log(`\n${benchmark.title}`);
  const rows = await withFolder((folder) =>
    benchmark.rows({
      folder,
      quick,
      plots: writes ? path.join(ROOT, 'docs') : null,
      rounds: Number(values.rounds ?? (quick ? 1 : 5)),
      seconds: Number(values.seconds ?? (quick ? 0.3 : 4)),
    }),
  ).catch((error: unknown) => [
    missing(benchmark.name, '', `failed: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`),
  ]);
  console.log(plainTable(rows));
  sections.push({benchmark, rows});
}

const all = sections.flatMap(({rows}) => rows);
const missed = all.filter((row) => isMet(row) === false);
console.log(
  `\n${all.filter((row) => isMet(row) === true).length} goals met, ${missed.length} missed${quick ? ' (a quick run: figures mean nothing)' : ''}`,
);
if (writes) writeFileSync(path.join(ROOT, 'docs', 'benchmarks.md'), await page());

async function page(): Promise<string> {
  const versions = (await peerVersions()).map(({name, version}) => `${name} ${version}`).join(', ');
  const tables = sections.map(({benchmark, rows}) => `## ${benchmark.title}\n\n${markdownTable(rows)}\n`);
  return `# Benchmarks

Written by \`npm run bench\`, which runs kiada and its peers in turn, round after round, in the same run, and takes the median; the ratio
is kiada's figure as a multiple of the peer's in the same round, with the lowest and the highest of all rounds. A goal that is missed is
shown as missed. The load engine is that of \`kiada load svc/quote\`, in a process of its own.

Machine: ${machine()}. Peers: ${versions}.

${tables.join('\n')}
![What it costs as the cluster grows](benchmarks-scale.svg)
`;
}
