// Writes schemas/*.json from the types of src/model: node tools/make-schemas.ts [--check]
import {existsSync, globSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {schemaOfType} from './type-schema.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Command (words joined by a dash) to the type behind its `-o json`. */
export const RESULT_TYPES: Readonly<Record<string, string>> = {
  'svc-list': 'ServiceListResult',
  'svc-describe': 'ServiceDescribeResult',
  'svc-route': 'ServiceRouteResult',
  'svc-env': 'ServiceEnvResult',
  'svc-check': 'ServiceCheckResult',
  explain: 'ExplainResult',
  'endpoints-list': 'EndpointsListResult',
  'endpoints-watch': 'EndpointChange',
  'dns-records': 'DnsRecordsResult',
  'dns-resolve': 'DnsResolveResult',
  probe: 'ProbeResult',
  load: 'LoadResult',
  apply: 'ApplyResult',
  delete: 'ApplyResult',
  'setup-list': 'SetupListResult',
  'sandbox-status': 'SandboxStatusResult',
  version: 'VersionResult',
  'agents-list': 'AgentsResult',
  'agents-clean': 'AgentsResult',
  forward: 'ForwardEvent',
  demo: 'DemoResult',
  error: 'ErrorResult',
};

/** The schemas by file name, as text. */
export function makeSchemas(): ReadonlyMap<string, string> {
  const sources = globSync('src/model/*.ts', {cwd: root})
    .sort()
    .map((file) => readFileSync(path.join(root, file), 'utf8'));
  return new Map(
    Object.entries(RESULT_TYPES).map(([name, type]) => [`${name}.json`, `${JSON.stringify(schemaOfType(sources, type), null, 1)}\n`]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.join(root, 'schemas');
  mkdirSync(folder, {recursive: true});
  const stale = [...makeSchemas()].filter(
    ([file, text]) => !existsSync(path.join(folder, file)) || readFileSync(path.join(folder, file), 'utf8') !== text,
  );
  if (!process.argv.includes('--check')) for (const [file, text] of stale) writeFileSync(path.join(folder, file), text);
  else if (stale.length > 0) {
    process.stderr.write(`stale schemas: ${stale.map(([file]) => file).join(', ')}; run: npm run schemas\n`);
    process.exitCode = 1;
  }
}
