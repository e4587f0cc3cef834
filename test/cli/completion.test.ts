import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type CommandFacts, candidatesFor} from '../../src/cli/completion-candidates.ts';
import {COMPLETION_SCRIPTS, SHELLS} from '../../src/cli/completion-scripts.ts';
import {loadConfig} from '../../src/cli/load-config.ts';
import {lacks} from '../e2e/programs.ts';
import {fakeServer} from '../kube/fake-api-server.ts';
import {emptyFolder, environment, ROOT, runKiada} from './run-kiada.ts';

const commands = Object.fromEntries((await loadConfig()).commands.map((command) => [command.id, command as CommandFacts]));
const LIVE: Readonly<Record<string, readonly string[]>> = {
  services: ['quote', 'quiz'],
  pods: ['quote-001'],
  nodes: ['sandbox-1'],
  namespaces: ['kiada'],
  contexts: ['kiada-sandbox'],
  vantages: ['outside', 'pod/quote-001'],
  targets: ['svc/quote', 'pod/quote-001'],
  setups: ['suite'],
  codes: ['KIA0101'],
  components: ['kubelet'],
};

/** The candidates for the last word that begin with it. */
async function candidates(line: string, names = LIVE): Promise<readonly string[]> {
  const words = line.split(' ').slice(1);
  const found: string[] = [];
  for await (const {value} of candidatesFor(commands, words, async (what) => names[what] ?? [])) {
    if (value.startsWith(words.at(-1) ?? '')) found.push(value);
  }
  return found;
}

describe('candidates', () => {
  const CASES = [
    {line: 'kiada s', is: ['sandbox', 'setup', 'snapshot', 'svc']},
    {line: 'kiada svc r', is: ['route']},
    {line: 'kiada sandbox node ', is: ['start', 'stop']},
    {line: 'kiada svc route q', is: ['quote', 'quiz']},
    {line: 'kiada svc describe svc/qu', is: ['svc/quote', 'svc/quiz']},
    {line: 'kiada svc route quote --v', is: ['--verbose', '--via']},
    {line: 'kiada svc route quote --via l', is: ['loadbalancer']},
    {line: 'kiada svc route quote --via=l', is: ['--via=loadbalancer']},
    {line: 'kiada svc list -o ', is: ['text', 'wide', 'json', 'yaml', 'name']},
    {line: 'kiada svc list -n ', is: ['kiada']},
    {line: 'kiada svc list --context ', is: ['kiada-sandbox']},
    {line: 'kiada svc route quote --from p', is: ['pod/quote-001']},
    {line: 'kiada svc route quote --entry ', is: ['sandbox-1']},
    {line: 'kiada svc route quote --without ', is: ['quote-001']},
    {line: 'kiada svc route quote --without=pod/', is: ['--without=pod/quote-001']},
    {line: 'kiada svc check --ignore K', is: ['KIA0101']},
    {line: 'kiada probe svc/quote --agent-namespace ', is: ['kiada']},
    {line: 'kiada probe svc', is: ['svc/quote']},
    {line: 'kiada setup show ', is: ['suite']},
    {line: 'kiada apply ', is: ['suite']},
    {line: 'kiada explain ', is: ['KIA0101']},
    {line: 'kiada completion f', is: ['fish']},
    {line: 'kiada sandbox logs ', is: ['kubelet']},
    {line: 'kiada frobnicate ', is: []},
  ];
  for (const {line, is} of CASES) {
    it(`for "${line}|" are ${is.join(', ') || 'none'}`, async () => expect([...(await candidates(line))].sort()).toEqual([...is].sort()));
  }

  it('ask for names in the namespace that is typed already', async () => {
    const asked: string[] = [];
    const words = ['svc', 'route', '-n', 'kiada', '--context=other', ''];
    for await (const _ of candidatesFor(commands, words, async (what, flags) => {
      asked.push(`${what} ${flags.get('namespace')} ${flags.get('context')}`);
      return [];
    }));
    expect(asked).toEqual(['services kiada other']);
  });

  it('have what the command is for beside them', async () => {
    const all: string[] = [];
    for await (const {value, description} of candidatesFor(commands, ['svc', 'ro'], async () => [])) all.push(`${value}: ${description}`);
    expect(all).toContain('route: Where a connection goes: endpoints with probabilities, and why not the others');
  });

  it('never show what is hidden', async () => {
    const hidden = Object.entries(commands).filter(([, command]) => command.hidden);
    const all = await candidates('kiada ');
    for (const [id] of hidden) expect(all).not.toContain(id);
  });
});

describe('kiada __complete', () => {
  it('prints a candidate a line, with a tab and what it is for', async () => {
    const {stdout, stderr, exitCode} = await runKiada(['__complete', 'svc', 'rou']);
    expect({stderr, exitCode}).toEqual({stderr: '', exitCode: 0});
    expect(stdout).toBe('route\tWhere a connection goes: endpoints with probabilities, and why not the others\n');
  });

  it('asks the cluster for metadata only, and shows no control character of a name', async () => {
    const server = await fakeServer(({path: asked, json}) =>
      json(200, {items: asked.endsWith('/services') ? [{metadata: {name: 'quo\u001bte'}}] : []}),
    );
    const kubeconfig = path.join(emptyFolder(), 'config');
    const entry = {
      clusters: [{name: 'a', cluster: {server: server.url}}],
      contexts: [{name: 'a', context: {cluster: 'a', namespace: 'kiada'}}],
    };
    writeFileSync(kubeconfig, JSON.stringify({...entry, 'current-context': 'a'}));
    const {stdout} = await runKiada(['__complete', 'svc', 'describe', 'q'], {env: {KUBECONFIG: kubeconfig}});
    expect(stdout).toBe('quote\n');
    expect(server.requests[0]?.path).toBe('/api/v1/namespaces/kiada/services');
    expect(server.requests[0]?.headers.accept).toContain('as=PartialObjectMetadataList');
  });

  it('prints nothing and is no error where the cluster is away, or the kubeconfig broken', async () => {
    const kubeconfig = path.join(emptyFolder(), 'config');
    writeFileSync(kubeconfig, '{clusters: [');
    for (const KUBECONFIG of ['/no/such/file', kubeconfig]) {
      expect(await runKiada(['__complete', 'svc', 'describe', 'q'], {env: {KUBECONFIG}})).toEqual({stdout: '', stderr: '', exitCode: 0});
    }
  });
});

/** A folder with a `kiada` on it that is the CLI from its sources. */
function binFolder(): string {
  const folder = emptyFolder();
  const command = path.join(folder, 'kiada');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${path.join(ROOT, 'bin', 'dev.js')}" "$@"\n`);
  chmodSync(command, 0o755);
  return folder;
}

describe('completion scripts', () => {
  const COMPGEN = `
    source <(kiada completion bash)
    complete_line() {
      COMP_LINE="$1"; COMP_POINT=\${#1}
      # as readline splits: blanks, and = and : as words of their own
      local spaced="\${1//=/ = }"; spaced="\${spaced//:/ : }"
      read -r -a COMP_WORDS <<<"$spaced"
      [[ $1 == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      COMPREPLY=()
      _kiada
      printf '%s\\n' "\${COMPREPLY[*]}"
    }
    complete_line 'kiada svc rou'
    complete_line 'kiada setup show quote-h'
    complete_line 'kiada svc route x --via=l'
    complete_line 'kiada completion '
    complete -p kiada
  `;
  it('complete in bash', () => {
    const env = environment({PATH: `${binFolder()}:${process.env['PATH']}`});
    const printed = execFileSync('bash', ['--norc', '-c', COMPGEN], {env, encoding: 'utf8'});
    const [command, setup, value, shells, registered] = printed.trimEnd().split('\n');
    expect(command).toBe('route');
    expect(setup).toBe('quote-headless');
    expect(value).toBe('loadbalancer');
    expect(shells).toBe('bash zsh fish powershell');
    expect(registered).toContain('_kiada');
  });

  const CHECKS = {bash: ['bash', '-n'], zsh: ['zsh', '-n'], fish: ['fish', '--no-execute'], powershell: null} as const;
  for (const shell of SHELLS) {
    const check = CHECKS[shell];
    const installed = check !== null && !lacks(check[0]);
    it.skipIf(!installed)(`are valid ${shell}${installed ? '' : ' (not installed here)'}`, () => {
      const file = path.join(emptyFolder(), 'script');
      writeFileSync(file, COMPLETION_SCRIPTS[shell]);
      const [command, option] = check as readonly [string, string];
      expect(spawnSync(command, [option, file], {encoding: 'utf8'})).toMatchObject({status: 0, stderr: ''});
    });
    it(`of ${shell} ask the hidden command`, () => expect(COMPLETION_SCRIPTS[shell]).toContain('kiada __complete '));
  }
});
