// The first module that runs: answers what must be fast before anything heavy is loaded, and hands the rest to oclif.
import {readFileSync} from 'node:fs';

const [first, ...rest] = process.argv.slice(2);

if ((first === '--version' || first === '-v') && rest.length === 0) printVersion();
else if (first === '__complete') await (await import('./complete.ts')).complete(rest);
else await (await import('./main.ts')).main(process.argv.slice(2));

function printVersion(): void {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {version: string};
  process.stdout.write(`kiada ${manifest.version}\n`);
}
