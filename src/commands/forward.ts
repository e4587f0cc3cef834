import {Args, Flags} from '@oclif/core';
import {agentFlags, clusterFlags, KiadaCommand, namespaceFlag} from '../cli/index.ts';
import {openCluster} from '../flows/index.ts';

export default class Forward extends KiadaCommand {
  static override summary = 'A local port that goes through a Service path: each connection is balanced anew';
  static override description =
    'kubectl port-forward pins one pod and bypasses the Service; this goes the way that its callers go. Ends with Ctrl-C.';
  static override examples = [
    '<%= config.bin %> forward quote 8080:80',
    '<%= config.bin %> forward kiada 8080:http --via nodeport --entry sandbox-2',
  ];
  static override args = {
    service: Args.string({required: true, description: 'The Service'}),
    ports: Args.string({required: true, description: '[LOCAL:]PORT, where PORT is a number or name of the Service'}),
  };
  static override flags = {
    ...clusterFlags,
    ...namespaceFlag,
    ...agentFlags,
    via: Flags.string({description: 'The way in', options: ['clusterip', 'nodeport', 'loadbalancer', 'externalip'], default: 'clusterip'}),
    from: Flags.string({description: 'Where connections start', helpValue: 'VANTAGE'}),
    entry: Flags.string({description: 'Node that is addressed', helpValue: 'NODE'}),
  };

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Forward);
    const [{forward}, {renderForward}, {untilInterrupted}] = await Promise.all([
      import('../flows/forward.ts'),
      import('../render/forward.ts'),
      import('../cli/until-interrupted.ts'),
    ]);
    const source = await openCluster(flags);
    try {
      const tell = (event: Parameters<typeof renderForward>[0]) =>
        this.log(flags.output === 'json' ? JSON.stringify(event) : renderForward(event));
      await forward(source, args.service, args.ports, flags, tell, (text) => this.say(flags, text), untilInterrupted().signal);
    } finally {
      source.close();
    }
  }
}
