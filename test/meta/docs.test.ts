import {existsSync, globSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {ERROR_CODES} from '../../src/errors.ts';
import {setups} from '../../src/suite/setups/index.ts';
import {commandLines, kiadaCalls} from '../../tools/doc-blocks.ts';
import {type CliManifest, problemsOf} from './command-line.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', {cwd: ROOT})].toSorted();
const text = new Map(pages.map((page) => [page, readFileSync(path.join(ROOT, page), 'utf8')]));
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8')) as CliManifest;
const calls = pages.flatMap((page) => {
  const fenced = commandLines(textOf(page)).map((line) => ({line, named: false}));
  const inline = inlineCommands(textOf(page)).map((line) => ({line, named: true}));
  return [...fenced, ...inline].flatMap(({line, named}) => kiadaCalls(line).map((words) => ({page, words, named})));
});

describe('the commands in the documentation', () => {
  it('are many, and on every page for users', () => {
    expect(calls.length).toBeGreaterThan(100);
    const without = pages.filter(
      (page) => /^docs\/(?!library|differences|benchmarks)[a-z-]+\.md$/.test(page) && !calls.some((call) => call.page === page),
    );
    expect(without).toEqual([]);
  });

  it('exist, with their flags, the values of flags and their arguments', () => {
    const problems = calls.flatMap(({page, words, named}) =>
      problemsOf(manifest, words)
        .filter((problem) => !named || !problem.startsWith('an argument is missing')) // running text may name a command alone
        .map((problem) => `${page}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it('show every command that is not hidden', () => {
    const shown = new Set(calls.map(({words}) => words.join(' ')));
    const missing = Object.keys(manifest.commands)
      .map((id) => id.replaceAll(':', ' '))
      .filter((id) => ![...shown].some((line) => line === id || line.startsWith(`${id} `)));
    expect(missing).toEqual([]);
  });

  it('parse in the examples of --help too', () => {
    const examples = Object.values(manifest.commands).flatMap((command) => command.examples ?? []);
    const lines = examples.map((example) => example.replaceAll('<%= config.bin %>', 'kiada'));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.flatMap((line) => kiadaCalls(line).flatMap((words) => problemsOf(manifest, words)))).toEqual([]);
  });

  it('would be caught if they were wrong', () => {
    expect(kiadaCalls('if ! kiada probe -q svc/quote; then kiada svc list | grep x; fi')).toEqual([
      ['probe', '-q', 'svc/quote'],
      ['svc', 'list'],
    ]);
    expect(problemsOf(manifest, ['svc', 'lsit'])).toHaveLength(1);
    expect(problemsOf(manifest, ['svc', 'list', '--al'])).toHaveLength(1);
    expect(problemsOf(manifest, ['svc', 'route', 'quote', '--via', 'elsewhere'])).toHaveLength(1);
    expect(problemsOf(manifest, ['svc', 'route'])).toHaveLength(1);
    expect(problemsOf(manifest, ['svc', 'route', 'one', 'two'])).toHaveLength(1);
  });
});

describe('the pages', () => {
  it('link only to files that exist', () => {
    const broken = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)]
        .map((match) => path.join(path.dirname(page), match[1] ?? ''))
        .filter((target) => !existsSync(path.join(ROOT, target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("name no path of anybody's machine", () => {
    const found = pages.filter((page) => /(^|[\s"'(`])\/(tmp|work|home|root|Users)\//m.test(textOf(page)));
    expect(found).toEqual([]);
  });

  it('have every exit code of the table of errors, and no other', () => {
    const codes = [...new Set([0, ...Object.values(ERROR_CODES).map(({exitCode}) => exitCode)])].toSorted((a, b) => a - b);
    for (const page of ['README.md', 'docs/json.md']) {
      const table = textOf(page).split('| code | meaning |')[1]?.split('\n\n')[0] ?? '';
      expect([...table.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]))).toEqual(codes);
    }
  });

  it('name each JSON schema', () => {
    const named = [...textOf('docs/json.md').matchAll(/\(\.\.\/schemas\/([\w-]+\.json)\)/g)].map((match) => match[1]);
    expect(named.toSorted()).toEqual(readdirSync(path.join(ROOT, 'schemas')).toSorted());
  });

  it('play every setup, and only setups that exist', () => {
    const applied = calls
      .filter(({words}) => words[0] === 'apply')
      .flatMap(({words}) => words.slice(1).filter((word) => !word.startsWith('-') && /^[a-z-]+$/.test(word)));
    const names = setups().map((setup) => setup.name);
    expect(applied.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !applied.includes(name))).toEqual([]);
  });
});

function textOf(page: string): string {
  return text.get(page) ?? '';
}

/** Commands in the running text: `kiada svc list -A`. Those with a gap (a name in capitals, an ellipsis) are no whole commands. */
function inlineCommands(page: string): readonly string[] {
  const prose = page.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/`(kiada [^`]+)`/g)]
    .map((match) => (match[1] ?? '').replaceAll('\\|', '|'))
    .filter((line) => !/[…|]|\b[A-Z]{4,}\b/.test(line));
}
