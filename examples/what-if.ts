// What a change would do, before anything is changed.
import {matrix, viewOf, whatIf} from 'kiada/routing';
import {objects} from './cluster.ts';

const service = {namespace: 'shop', name: 'web'};
const now = viewOf(objects);
const then = whatIf(now, {service, set: {externalTrafficPolicy: 'Local'}});

for (const [name, view] of [
  ['Cluster', now],
  ['Local', then],
] as const) {
  for (const table of matrix(view, {service, via: 'nodeport'})) {
    console.log(name, table.rows.map((row) => `${row.node} ${row.verdict}`).join(', '));
  }
}

// prints:
// Cluster node-1 forward, node-2 forward, node-3 forward
// Local node-1 forward, node-2 forward, node-3 drop
