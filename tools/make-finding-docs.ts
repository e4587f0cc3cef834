// Writes docs/findings/*.md from the catalogue of findings: node tools/make-finding-docs.ts [--check]
import {existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {codes, explainCode} from '../src/findings/index.ts';
import type {FindingExplanation} from '../src/model/index.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const GALLERY = 'test/findings/gallery';

/** The pages by file name, as text. */
export function makeFindingDocs(): ReadonlyMap<string, string> {
  const entries = codes().flatMap((code) => explainCode(code) ?? []);
  return new Map([['README.md', contents(entries)], ...entries.map((entry) => [`${entry.code}.md`, page(entry)] as const)]);
}

/** The pages of a folder that differ from the catalogue, and those that it does not have. */
export function stalePages(folder: string): readonly string[] {
  const wanted = makeFindingDocs();
  const there = new Set(existsSync(folder) ? globSync('*.md', {cwd: folder}) : []);
  const changed = [...wanted].filter(([file, text]) => !there.has(file) || readFileSync(path.join(folder, file), 'utf8') !== text);
  return [...changed.map(([file]) => file), ...[...there].filter((file) => !wanted.has(file))].sort();
}

const SUBJECTS: Readonly<Record<string, string>> = {
  '01': 'Selectors and pods',
  '02': 'Readiness',
  '03': 'Ports',
  '04': 'Node ports, load balancers, external addresses',
  '05': 'Traffic policies, topology, affinity',
  '06': 'DNS, ExternalName, headless Services',
  '07': 'EndpointSlices and Endpoints',
  '08': 'NetworkPolicies, Ingresses, routes',
  '09': 'Configuration and what is deprecated',
};

function contents(entries: readonly FindingExplanation[]): string {
  const sections = Object.entries(SUBJECTS).map(([digits, title]) => {
    const rows = entries
      .filter(({code}) => code.slice(3, 5) === digits)
      .map(({code, name, severity, certainty, summary}) => `| [${code}](${code}.md) | ${name} | ${severity}, ${certainty} | ${summary} |`);
    return `## ${title}\n\n| code | name | | |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Findings\n\nWhat \`kiada svc check\` and \`kiada svc describe\` find, some of it by traffic alone (\`--probe\`). A code is never reused. A finding is an error, a warning or an information, and proven or only possible; what is only possible is never an error. Advice is given with \`--min-severity info\` alone. \`--ignore CODE\` or \`--ignore CODE=NAMESPACE/NAME\` leaves a finding out.\n\n${sections.join('\n')}`;
}

function page(entry: FindingExplanation): string {
  const {code, name, severity, certainty, advice, summary, why, remedy, needs, manifests, probe} = entry;
  const reads = needs.length === 0 ? 'It needs nothing but the Services.' : `It needs the right to list: ${needs.join(', ')}.`;
  const objects = manifests ? 'Clusters, snapshots, and manifests before they are applied (`-f`).' : 'Clusters and snapshots.';
  const where = probe ? 'Running clusters, by traffic: `kiada svc describe --probe`, and `kiada probe` of an unhealthy Service.' : objects;
  return [
    `# ${code} ${name}`,
    summary,
    `At worst: ${severity}, ${certainty}.${advice ? ' Advice: given with `--min-severity info` alone.' : ''}`,
    '## Why',
    why,
    '## What to do',
    remedy,
    '## Where it is checked',
    `${where} ${reads}`,
    '## Example',
    `A cluster that has it: ${example(code, 'broken')}. One close by that is fine: ${example(code, 'fine')}.`,
    `Leave it out with \`--ignore ${code}\`, or of one object with \`--ignore ${code}=NAMESPACE/NAME\`.`,
  ]
    .join('\n\n')
    .concat('\n');
}

/** The manifests, and what was tried against them where there is something. */
function example(code: string, name: string): string {
  const link = (file: string) => `[${file}](../../${GALLERY}/${code}/${file})`;
  const observed = `${name}.observed.yaml`;
  return `${link(`${name}.yaml`)}${existsSync(path.join(root, GALLERY, code, observed)) ? ` with ${link(observed)}` : ''}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.join(root, 'docs', 'findings');
  mkdirSync(folder, {recursive: true});
  const stale = stalePages(folder);
  const pages = makeFindingDocs();
  if (process.argv.includes('--check')) {
    if (stale.length > 0) process.stderr.write(`stale pages: ${stale.join(', ')}; run: node tools/make-finding-docs.ts\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const file of stale) {
      const text = pages.get(file);
      if (text === undefined) rmSync(path.join(folder, file));
      else writeFileSync(path.join(folder, file), text);
    }
  }
}
