// Adds to package-lock.json the packages of other platforms that npm left out because this machine's registry does not serve them:
// node tools/complete-lock.ts. `npm ci` refuses a lock that lacks one, on every platform. Such an entry has no integrity.
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

export interface LockEntry {
  readonly version?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32', 'wasi'];
const PROCESSORS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** The entries that a lock lacks, by place: optional packages of another platform that a locked package names with an exact version. */
export function missingEntries(packages: Readonly<Record<string, LockEntry>>): Readonly<Record<string, LockEntry>> {
  const missing: Record<string, LockEntry> = {};
  for (const [holder, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const places = [`${holder}/node_modules/${name}`, `node_modules/${name}`];
      if (places.some((place) => place in packages) || !/^\d+\.\d+\.\d+/.test(version)) continue;
      missing[`node_modules/${name}`] = {version, ...platformOf(name), optional: true};
    }
  }
  return missing;
}

/** Which platform a package is for, by the convention of its name: `binding-linux-arm64-musl`. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/]/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (os === undefined || cpu === undefined) throw new Error(`${name} does not name its platform`);
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.some((word) => word.startsWith('gnu')) ? ['glibc'] : null;
  return {cpu: [cpu], ...(libc && os === 'linux' ? {libc} : {}), os: [os === 'wasi' ? 'wasi' : os]};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as {packages: Record<string, LockEntry>};
  const missing = missingEntries(lock.packages);
  const [root, ...rest] = Object.entries({...lock.packages, ...missing});
  const sorted = rest.sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify({...lock, packages: Object.fromEntries([...(root ? [root] : []), ...sorted])}, null, 2)}\n`);
  process.stdout.write(`${Object.keys(missing).length} entries added\n`);
}
