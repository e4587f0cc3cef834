// Builds dist/: the CLI with one entry per command, the sandbox's daemon, the library with its types, and oclif's manifest.
import {execFileSync} from 'node:child_process';
import {existsSync, globSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {rolldown} from 'rolldown';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const LIBRARY = ['routing', 'endpoints', 'dns', 'findings'].filter((room) => existsSync(`src/${room}/index.ts`));

/** Built beside and moved into place, so that a running command or test never meets half of it. */
const OUT = `dist.new-${process.pid}`;

await bundleCli();
await bundleAgent();
await bundleSuite();
await bundleLibrary();
moveIntoPlace();
await writeManifest();

function moveIntoPlace(): void {
  const old = `dist.old-${process.pid}`;
  if (existsSync('dist')) renameSync('dist', old);
  renameSync(OUT, 'dist');
  rmSync(old, {recursive: true, force: true});
}

async function bundleCli(): Promise<void> {
  const commands = globSync('src/commands/**/*.ts').map((file) => file.replaceAll('\\', '/'));
  const input = Object.fromEntries([
    ...commands.map((file) => [file.slice('src/'.length, -'.ts'.length), file] as const),
    ...['cli/main', 'cli/front', 'cli/daemon', 'flows/load/load-worker']
      .filter((name) => existsSync(`src/${name}.ts`))
      .map((name) => [name, `src/${name}.ts`] as const),
  ]);
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: ['just-bash'],
    treeshake: {moduleSideEffects: [{test: /@kubernetes\/client-node/, sideEffects: false}]},
    logLevel: 'warn',
  });
  await bundle.write({dir: OUT, format: 'esm', minify: true, chunkFileNames: 'chunks/[name]-[hash].js', entryFileNames: '[name].js'});
}

/** One file with all that it needs: it travels to clusters in a ConfigMap. */
async function bundleAgent(): Promise<void> {
  const bundle = await rolldown({input: 'src/agent/main.ts', platform: 'node', logLevel: 'warn'});
  await bundle.write({file: path.join(OUT, 'agent', 'agent.js'), format: 'esm', minify: true, codeSplitting: false});
}

/** Each program of the suite as one file: so they come into clusters that have none of its images. */
async function bundleSuite(): Promise<void> {
  for (const name of globSync('src/suite/entry/*.ts').map((file) => path.basename(file, '.ts'))) {
    const bundle = await rolldown({input: `src/suite/entry/${name}.ts`, platform: 'node', logLevel: 'warn'});
    await bundle.write({file: path.join(OUT, 'suite', `${name}.mjs`), format: 'esm', minify: true, codeSplitting: false});
  }
}

async function bundleLibrary(): Promise<void> {
  const bundle = await rolldown({
    input: Object.fromEntries(LIBRARY.map((room) => [room, `src/${room}/index.ts`])),
    platform: 'neutral',
    resolve: {mainFields: ['module', 'main']},
    logLevel: 'warn',
  });
  await bundle.write({dir: path.join(OUT, 'lib'), format: 'esm', chunkFileNames: 'shared/[name]-[hash].js', entryFileNames: '[name].js'});
  execFileSync(
    process.execPath,
    [path.join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.lib.json', '--outDir', path.join(OUT, 'types')],
    {stdio: 'inherit'},
  );
}

/** oclif reads this in place of importing every command at start. */
async function writeManifest(): Promise<void> {
  if (readdirSync('dist').length === 0 || !existsSync('dist/commands')) return;
  const {Plugin} = await import('@oclif/core');
  const plugin = new Plugin({root, ignoreManifest: true, errorOnManifestCreate: true, respectNoCacheDefault: true} as never);
  await plugin.load();
  writeFileSync('oclif.manifest.json', `${JSON.stringify(plugin.manifest, null, 1)}\n`);
}
