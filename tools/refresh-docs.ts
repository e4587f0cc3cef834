// Runs the commands of the documentation and writes down what they print: node tools/refresh-docs.ts [PAGE...]
// Each page starts with a sandbox of its own, and with what its comment `<!-- prepare: COMMAND -->` does.
import {spawnSync} from 'node:child_process';
import {globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {blocksOf, entriesOf} from './doc-blocks.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const MARK = 'end-of-command-of-the-documentation';
const PAGES = ['README.md', ...globSync('docs/*.md', {cwd: root})];

for (const page of process.argv.length > 2 ? process.argv.slice(2) : PAGES) refresh(page);

function refresh(page: string): void {
  const file = path.join(root, page);
  const text = readFileSync(file, 'utf8');
  const blocks = blocksOf(text).filter((block) => block.language === 'console');
  if (blocks.length === 0) return;
  process.stdout.write(`${page}\n`);
  const commands = blocks.flatMap((block) => entriesOf(block).map((entry) => entry.command));
  const prepare = [...text.matchAll(/<!-- prepare: (.*?) -->/g)].map((match) => match[1] as string);
  const outputs = runAll(prepare, commands);
  const lines = text.split('\n');
  for (const block of blocks.toReversed()) {
    const entries = entriesOf(block);
    const printed = outputs.splice(outputs.length - entries.length);
    const shown = entries.flatMap((entry, index) => [`$ ${entry.command}`, ...linesOf(printed[index] ?? '')]);
    lines.splice(block.first, block.last - block.first, ...shown);
  }
  writeFileSync(file, lines.join('\n'));
}

/** What the commands print on both streams, in one shell, with a home of their own. */
function runAll(prepare: readonly string[], commands: readonly string[]): string[] {
  const home = mkdtempSync(path.join(tmpdir(), 'kiada-docs-'));
  mkdirSync(path.join(home, 'bin'));
  const kiada = `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(path.join(root, 'bin', 'run.js'))} "$@"\n`;
  writeFileSync(path.join(home, 'bin', 'kiada'), kiada, {mode: 0o755});
  const env: NodeJS.ProcessEnv = {
    PATH: `${path.join(home, 'bin')}${path.delimiter}${process.env['PATH']}`,
    HOME: home,
    KUBECONFIG: path.join(home, '.kube', 'config'),
    COLUMNS: '80',
    LANG: 'C.UTF-8',
  };
  const script = [
    ...prepare.map((command) => `{ ${command}\n} >/dev/null 2>&1 || echo "cannot prepare: ${command.replaceAll('"', '')}" >&2`),
    ...commands.map((command) => `${command}\nstatus=$?; printf '%s\\n' ${MARK}; (exit $status)`),
  ].join('\n');
  try {
    const {stdout, error} = spawnSync('bash', ['-c', `exec 2>&1\n${script}`], {cwd: home, env, encoding: 'utf8', timeout: 600_000});
    if (error) throw error;
    const parts = stdout.split(`${MARK}\n`);
    return parts.slice(0, commands.length).map((part) => part.replaceAll(home, '~').replace(/\n+$/, ''));
  } finally {
    spawnSync(path.join(home, 'bin', 'kiada'), ['sandbox', 'delete', '-q'], {env, stdio: 'ignore'});
    rmSync(home, {recursive: true, force: true});
  }
}

/** No line for no output. npm's own notices and progress of waiting say nothing about a command. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n').filter((line) => !/^npm (warn|notice)|^\d+ of \d+ pods ready$/.test(line));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
