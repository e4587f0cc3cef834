import {Args, Flags} from '@oclif/core';
import {agentFlags, clusterFlags, durationFlag, KiadaCommand, namespaceFlag} from '../cli/index.ts';
import {openCluster} from '../flows/index.ts';
import type {ProbeResult} from '../model/index.ts';

export default class Probe extends KiadaCommand {
  static override summary = 'Whether Services, pods and workloads are healthy, for scripts';
  static override description =
    "By default: the API's word on each endpoint, and one execution of its readinessProbe. Exit 0 healthy, 1 unhealthy, 3 no such target, 4 unknown, 124 waited in vain.";
  static override examples = [
    'if <%= config.bin %> probe -q svc/quote; then echo ready; fi',
    '<%= config.bin %> probe svc/quote --wait --timeout 60s',
    '<%= config.bin %> probe svc/kiada --via nodeport --http /healthz/ready --count 5',
  ];
  static override strict = false;
  static override args = {target: Args.string({description: 'svc/NAME[:PORT], pod/NAME, deploy/NAME or a URL; several may be named'})};
  static override flags = {
    ...clusterFlags,
    ...namespaceFlag,
    ...agentFlags,
    via: Flags.string({
      description: 'Through the Service by this path',
      options: ['clusterip', 'nodeport', 'loadbalancer', 'externalip', 'headless'],
    }),
    from: Flags.string({description: 'Where connections start', helpValue: 'VANTAGE'}),
    entry: Flags.string({description: 'Node that is addressed or that the load balancer chooses', helpValue: 'NODE'}),
    readiness: Flags.boolean({description: 'The readiness probe (default)', exclusive: ['liveness', 'startup']}),
    liveness: Flags.boolean({description: 'The liveness probe', exclusive: ['startup']}),
    startup: Flags.boolean({description: 'The startup probe'}),
    http: Flags.string({
      description: 'HTTP GET of this path in place of the declared probe',
      helpValue: 'PATH',
      exclusive: ['tcp', 'grpc'],
    }),
    tcp: Flags.boolean({description: 'TCP connect in place of the declared probe', exclusive: ['grpc']}),
    grpc: Flags.boolean({description: 'gRPC health check in place of the declared probe'}),
    'expect-status': Flags.integer({description: 'The HTTP status that counts as success', min: 100, max: 599}),
    'expect-body': Flags.string({description: 'What the body must match', helpValue: 'REGEX'}),
    count: Flags.integer({description: 'Attempts, with --via or a URL', default: 1, min: 1}),
    interval: durationFlag({description: 'Pause between attempts', default: 250}),
    'probe-timeout': durationFlag({description: 'Time that one probe may take'}),
    'min-ready': Flags.string({description: 'How many endpoints must be healthy: N, N% or all', default: '1'}),
    wait: Flags.boolean({description: 'Until healthy'}),
    timeout: durationFlag({description: 'How long to wait', default: 60_000}),
    'fail-fast': Flags.boolean({description: 'Stop at the first failure'}),
  };

  async run(): Promise<ProbeResult> {
    const {argv, flags} = await this.parse(Probe);
    const {probeFlow} = await import('../flows/probe/index.ts');
    const {probeExitCode, renderProbe} = await import('../render/probe.ts');
    const source = await openCluster(flags);
    try {
      const result = await probeFlow(source, argv as string[], flags, (text) => this.say(flags, text));
      const exitCode = probeExitCode(result, flags.wait);
      if (flags.quiet && flags.output === 'text') process.exitCode = exitCode;
      else await this.print(result, flags, {text: renderProbe, names: ({targets}) => targets.map((target) => target.target), exitCode});
      return result;
    } finally {
      source.close();
    }
  }
}
