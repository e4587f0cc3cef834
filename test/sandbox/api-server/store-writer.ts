/** Writes to the store that argv names and prints each resourceVersion once it is acknowledged, until it is killed. */
import {writeSync} from 'node:fs';
import {openStore} from '../../../src/sandbox/api-server/index.ts';

const store = openStore(process.argv[2] ?? '');
for (let i = 0; ; i++) {
  const name = `c${i % 50}`;
  const known = store.get('configmaps', 'default', name);
  const written =
    known !== undefined && i % 7 === 0
      ? store.remove('configmaps', known)
      : store.put('configmaps', {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace: 'default'}, data: {count: String(i)}});
  writeSync(
    1,
    `${JSON.stringify({name, gone: written === undefined || (i % 7 === 0 && known !== undefined), version: written.metadata?.resourceVersion, count: i})}\n`,
  );
}
