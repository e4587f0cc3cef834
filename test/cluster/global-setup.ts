import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import path from 'node:path';
import {KUBECONFIG} from './genuine/kubeconfig.ts';

/** The tests run the built CLI: it is built where it is missing. */
export function setup(): void {
  if (KUBECONFIG === undefined) {
    process.stderr.write('KIADA_TEST_CLUSTER names no kubeconfig: all tests against a genuine cluster are skipped\n');
    return;
  }
  const root = path.resolve(import.meta.dirname, '../..');
  if (!existsSync(path.join(root, 'dist/cli/front.cjs'))) execFileSync('npm', ['run', '--silent', 'build'], {cwd: root, stdio: 'inherit'});
}
