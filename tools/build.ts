// Builds dist/: the CLI with one entry per command, the sandbox's daemon, the library with its types, and oclif's manifest.
import {execFileSync} from 'node:child_process';
import {existsSync, globSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Plugin, rolldown} from 'rolldown';
import type {CommandFacts} from '../src/cli/completion-candidates.ts';

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
    plugins: [oclifWithoutCollation()],
    treeshake: {moduleSideEffects: [{test: /@kubernetes\/client-node/, sideEffects: false}]},
    logLevel: 'warn',
  });
  // CommonJS: Node loads it with less work than modules, and built-in modules without the wrappers that read all of their exports
  await bundle.write({dir: OUT, format: 'cjs', minify: true, chunkFileNames: 'chunks/[name]-[hash].cjs', entryFileNames: '[name].cjs'});
}

/**
 * oclif sorts the ids of its manifest by `localeCompare`, whose first call reads the language's rules of order: 10 ms of every command. Ids
 * are ASCII, so any order of code units will do. Throws where oclif has changed, so that this is not kept for nothing.
 */
function oclifWithoutCollation(): Plugin {
  return {
    name: 'oclif-without-collation',
    transform: {
      filter: {id: /@oclif\/core\/lib\/config\/plugin\.js$/},
      handler: (code) => {
        const sorted = code.replace('a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)');
        if (sorted === code) throw new Error('oclif no longer sorts commands by localeCompare: take the plugin out of tools/build.ts');
        return sorted;
      },
    },
  };
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
  const oclif = await import('@oclif/core');
  const plugin = new oclif.Plugin({root, ignoreManifest: true, errorOnManifestCreate: true, respectNoCacheDefault: true} as never);
  await plugin.load();
  writeFileSync('oclif.manifest.json', `${JSON.stringify(plugin.manifest, null, 1)}\n`);
  writeFileSync(path.join('dist', 'cli', 'completion.json'), JSON.stringify(completionFacts(plugin.manifest)));
}

/** Of the manifest what completion reads at each key: a third, and on one line. */
function completionFacts({commands}: {readonly commands: Readonly<Record<string, object>>}): object {
  const kept = new Set(['name', 'char', 'type', 'options', 'description', 'hidden']);
  const of = (entry: object): object => Object.fromEntries(Object.entries(entry).filter(([field]) => kept.has(field)));
  const each = (entries: object): object => Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, of(entry as object)]));
  return Object.fromEntries(
    Object.entries(commands).map(([id, command]) => {
      const {flags = {}, args = {}, summary, hidden} = command as CommandFacts;
      return [id, {summary, hidden, flags: each(flags), args: each(args)}];
    }),
  );
}
