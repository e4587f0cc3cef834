// The first module that runs: answers what must be fast before anything heavy is loaded, and hands the rest to oclif.
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {packageRoot} from '../flows/package-root.ts';

const [first, ...rest] = process.argv.slice(2);

if ((first === '--version' || first === '-v') && rest.length === 0) printVersion();
else if (first === '__complete') import('./complete.ts').then(({complete}) => complete(rest)).then(leave);
else import('./main.ts').then(({main}) => main(process.argv.slice(2)));

function printVersion(): void {
  const manifest = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {version: string};
  process.stdout.write(`kiada ${manifest.version}\n`);
}

/** At once when all is written: taking everything down in good order first is some milliseconds more at a prompt. */
function leave(): void {
  process.stdout.write('', () => process.exit(0));
}
