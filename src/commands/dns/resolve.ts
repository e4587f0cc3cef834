import {Args, Flags} from '@oclif/core';
import {agentFlags, KiadaCommand, readFlags} from '../../cli/index.ts';
import {openSource} from '../../flows/index.ts';
import type {DnsResolveResult} from '../../model/index.ts';

const TYPES = ['A', 'AAAA', 'SRV', 'CNAME', 'PTR', 'TXT', 'ANY'];

export default class DnsResolve extends KiadaCommand {
  static override summary = "Resolve a name as a pod does, and compare the cluster's answer with what the objects predict";
  static override description =
    'Exit 3 where the name does not exist, 1 where an answer or the resolver that was found is not as predicted.';
  static override examples = [
    '<%= config.bin %> dns resolve quote --from pod/kiada-001',
    '<%= config.bin %> dns resolve _http._tcp.quote --type SRV',
  ];
  static override args = {name: Args.string({required: true, description: 'The name as a program would ask for it'})};
  static override flags = {
    ...readFlags,
    ...agentFlags,
    type: Flags.string({description: 'Type of the records', options: TYPES, default: 'A'}),
    from: Flags.string({
      description: 'Whose resolver: pod/NAME or node/NAME, by an agent in a real cluster (else any pod of the namespace)',
      helpValue: 'VANTAGE',
    }),
    'predict-only': Flags.boolean({description: 'Ask no server'}),
    server: Flags.string({description: "DNS server to ask in place of the cluster's", helpValue: 'HOST:PORT'}),
    libc: Flags.string({description: 'Whose rules for the search list', options: ['glibc', 'musl'], default: 'glibc'}),
    short: Flags.boolean({description: 'Only the data of the answer, like dig +short'}),
  };

  async run(): Promise<DnsResolveResult> {
    const {args, flags} = await this.parse(DnsResolve);
    const [{resolveName}, {agentOptions}, {renderResolve, renderShort, resolveExitCode}] = await Promise.all([
      import('../../flows/dns-resolve.ts'),
      import('../../flows/agents/agent.ts'),
      import('../../render/dns-resolve.ts'),
    ]);
    const source = await openSource(flags);
    try {
      const namespace = flags.namespace ?? source.namespace;
      const result = await resolveName(source, args.name, {
        ...flags,
        namespace,
        libc: flags.libc as 'glibc' | 'musl',
        predictOnly: flags['predict-only'],
        agent: agentOptions(flags, namespace, {say: (text) => this.say(flags, text)}),
      });
      return await this.print(result, flags, {text: flags.short ? renderShort : renderResolve, exitCode: resolveExitCode(result)});
    } finally {
      source.close();
    }
  }
}
