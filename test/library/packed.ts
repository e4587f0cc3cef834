import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** A project of somebody else's, with this package installed as it would be published, and with the examples. */
export interface OutsideProject {
  readonly folder: string;
  /** Runs a module of it; what it prints. */
  run(file: string): string;
  /** Type-checks its files; what the compiler says, empty where it has nothing to say. */
  typeCheck(files: readonly string[], options: Readonly<Record<string, string>>): string;
  remove(): void;
}

export function outsideProject(): OutsideProject {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiada-library-'));
  const installed = path.join(folder, 'node_modules', 'kiada');
  mkdirSync(installed, {recursive: true});
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  execFileSync('tar', ['xzf', path.join(folder, archive), '-C', installed, '--strip-components=1']);
  writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}\n');
  cpSync(path.join(ROOT, 'examples'), path.join(folder, 'examples'), {recursive: true});
  return {
    folder,
    run: (file) => execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], {cwd: folder, encoding: 'utf8'}),
    typeCheck(files, options) {
      const flags = Object.entries({target: 'es2024', strict: 'true', noEmit: 'true', types: '', ...options}).flatMap(([name, value]) => [
        `--${name}`,
        value,
      ]);
      try {
        execFileSync(process.execPath, [path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...flags, ...files], {
          cwd: folder,
          encoding: 'utf8',
        });
        return '';
      } catch (error) {
        return (error as {stdout?: string}).stdout || String(error);
      }
    },
    remove: () => rmSync(folder, {recursive: true, force: true}),
  };
}
