import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {parse} from 'yaml';
import {kiada} from './genuine/cli.ts';
import {describeOnCluster} from './genuine/cluster.ts';
import {KUBECONFIG} from './genuine/kubeconfig.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';
import {deployWeb} from './genuine/web.ts';

describeOnCluster('completion of live names of a genuine cluster', () => {
  let namespace: string;
  ownNamespace(deployWeb, (own) => {
    namespace = own;
  });

  /** What is offered for the last word; `{ns}` stands for the namespace. A prompt does not wait: a busy machine may be asked again. */
  function offered(line: string): Promise<readonly string[]> {
    const words = line.replaceAll('{ns}', namespace).split(' ');
    return until(`candidates for ${line}`, async () => {
      const {code, stdout, stderr} = await kiada(['__complete', ...words]);
      expect([code, stderr]).toEqual([0, '']);
      const found = stdout.split('\n').flatMap((text) => text.split('\t')[0] || []);
      return found.length > 0 && found;
    });
  }

  const NAMES: readonly (readonly [line: string, is: readonly string[]])[] = [
    ['svc describe -n {ns} web', ['web', 'web-balanced', 'web-headless']],
    ['svc describe -n {ns} svc/e', ['svc/elsewhere']],
    ['svc check -n {ns} by', ['by-hand']],
    ['svc env -n {ns} ', ['caller', 'web-1', 'web-2']],
    ['svc route web -n {ns} --entry ', ['node1', 'node2', 'node3']],
    ['svc route web -n {ns} --from ', ['outside', 'pod/caller', 'pod/web-1', 'pod/web-2', 'node/node1', 'node/node2', 'node/node3']],
    ['svc route web -n {ns} --from=node/', ['--from=node/node1', '--from=node/node2', '--from=node/node3']],
    ['svc route web -n {ns} --without pod/w', ['pod/web-1', 'pod/web-2']],
    ['dns resolve -n {ns} web-h', ['web-headless']],
    ['dns resolve web -n {ns} --from pod/c', ['pod/caller']],
    ['forward -n {ns} web-b', ['web-balanced']],
    ['probe -n {ns} pod/', ['pod/caller', 'pod/web-1', 'pod/web-2']],
    ['load -n {ns} svc/web', ['svc/web', 'svc/web-balanced', 'svc/web-headless']],
    ['probe svc/web --agent-namespace kube-sys', ['kube-system']],
    ['svc check --ignore KIA010', ['KIA0101', 'KIA0102', 'KIA0103', 'KIA0104', 'KIA0105', 'KIA0106', 'KIA0107', 'KIA0108', 'KIA0109']],
  ];
  for (const [line, is] of NAMES) it(`after "kiada ${line}"`, async () => expect(await offered(line)).toEqual(is));

  it('offers namespaces, contexts, setups and finding codes', async () => {
    expect(await offered('svc list -n ')).toEqual(expect.arrayContaining(['default', 'kube-system', namespace]));
    const contexts = (parse(readFileSync(KUBECONFIG ?? '', 'utf8')) as {contexts: {name: string}[]}).contexts.map(({name}) => name);
    expect((await offered('svc list --context ')).toSorted()).toEqual(contexts.toSorted());
    expect(await offered('apply quote-')).toEqual(expect.arrayContaining(['quote-headless', 'quote-local']));
    expect(await offered('explain KIA0420')).toEqual(['KIA0420']);
  });

  it('offers nothing, and says nothing, of a namespace that is not there', async () => {
    expect(await kiada(['__complete', 'svc', 'describe', '-n', 'no-such-namespace', ''])).toEqual({code: 0, stdout: '', stderr: ''});
  });
});
