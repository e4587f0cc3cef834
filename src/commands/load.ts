import {Args, Flags} from '@oclif/core';
import {agentFlags, clusterFlags, durationFlag, KiadaCommand} from '../cli/index.ts';
import {loadNamespaceFlag, requestCounts, stepFlag} from '../cli/load-flags.ts';
import {openCluster} from '../flows/index.ts';
import type {LoadResult} from '../model/index.ts';

export default class Load extends KiadaCommand {
  static override summary = 'Send load along the paths of a Service and hold the spread against the prediction';
  static override description = 'Exit 1 where a --fail-if condition holds.';
  static override examples = [
    '<%= config.bin %> load svc/kiada --via nodeport --entry sandbox-1 -n 3000 --connection-per-request',
    "<%= config.bin %> load svc/quote --via all --fail-if 'skew' --fail-if 'p99>50ms'",
  ];
  static override args = {target: Args.string({required: true, description: 'svc/NAME[:PORT]'})};
  static override flags = {
    ...clusterFlags,
    ...loadNamespaceFlag,
    ...agentFlags,
    via: Flags.string({description: 'Paths: clusterip, nodeport, loadbalancer, externalip, or all', helpValue: 'PATH[,PATH]'}),
    from: Flags.string({description: 'Where connections start: pod/NAME, node/NAME, outside', helpValue: 'VANTAGE'}),
    entry: Flags.string({description: 'Node that is addressed or that the load balancer chooses', helpValue: 'NODE'}),
    duration: durationFlag({description: 'How long (10s without --requests)'}),
    requests: Flags.integer({description: 'How many requests; also -n with a number', min: 1}),
    rate: Flags.integer({description: 'Requests a second, whatever the answers do (open loop)', min: 1}),
    connections: Flags.integer({description: 'Connections at a time', default: 16, min: 1, max: 10_000}),
    'connection-per-request': Flags.boolean({
      description: 'A new connection, and so a new balancing decision, for each request',
      default: false,
    }),
    path: Flags.string({description: 'Path of the request', default: '/'}),
    method: Flags.string({description: 'Method of the request', default: 'GET'}),
    header: Flags.string({char: 'H', description: 'Header of the request', multiple: true, helpValue: '"NAME: VALUE"'}),
    body: Flags.string({description: 'Body of the request'}),
    'body-file': Flags.string({description: 'File with the body of the request', helpValue: 'FILE', exclusive: ['body']}),
    tcp: Flags.boolean({
      description: 'Plain TCP: only connect, or send --body and await as many bytes',
      exclusive: ['udp', 'grpc', 'http2'],
    }),
    udp: Flags.boolean({description: 'Send --body as a datagram and await one', exclusive: ['grpc', 'http2']}),
    grpc: Flags.boolean({description: 'Unary gRPC calls: health checks, or of --path /SERVICE/METHOD', exclusive: ['http2']}),
    poisson: Flags.boolean({description: 'Requests of --rate come at random, as from many callers', default: false}),
    step: stepFlag({description: 'A rate and how long, one after the other, in place of --rate', multiple: true}),
    tls: Flags.boolean({description: 'Encrypt connections', default: false}),
    insecure: Flags.boolean({description: 'Take any certificate', default: false}),
    'server-name': Flags.string({description: "Name that the certificate must bear (else the Service's)"}),
    http2: Flags.boolean({description: 'Speak HTTP/2, one request at a time on each connection', default: false}),
    workers: Flags.integer({description: 'Threads, where there are cores to spare', default: 1, min: 1, max: 64}),
    agents: Flags.integer({
      description: 'Programs in the cluster, spread over nodes and zones, that the load is divided among',
      min: 1,
      exclusive: ['from', 'workers'],
      helpGroup: 'AGENTS',
    }),
    ramp: durationFlag({description: 'Time over which --rate grows from nothing'}),
    warmup: durationFlag({description: 'Load before the measured part'}),
    timeout: durationFlag({description: 'Time that one request may take', default: 5000}),
    'fail-if': Flags.string({description: "Condition for exit 1: 'p99>50ms', 'errors>0.1%', 'rps<1000', 'skew'", multiple: true}),
    identify: Flags.string({description: 'How an answer names its endpoint: auto, header:NAME or body:REGEX', default: 'auto'}),
    report: Flags.string({description: 'Also write one page with charts, for a browser', helpValue: 'FILE.html'}),
    samples: Flags.string({description: 'Also write each request, a line each', helpValue: 'FILE.csv'}),
    compare: Flags.string({description: 'An earlier result (-o json) to compare with', helpValue: 'FILE.json'}),
    yes: Flags.boolean({char: 'y', description: 'Do not ask before load on a cluster that is no sandbox'}),
  };

  async run(): Promise<LoadResult> {
    const {args, flags} = await this.parse(Load, requestCounts(this.argv));
    const [{loadFlow}, {renderLoad}, {renderLoadLive}, {liveProgress}, {writeReport}] = await Promise.all([
      import('../flows/load/index.ts'),
      import('../render/load.ts'),
      import('../render/load-live.ts'),
      import('../cli/progress.ts'),
      import('../cli/write-report.ts'),
    ]);
    const source = await openCluster(flags);
    const progress = liveProgress(!flags.quiet, renderLoadLive);
    try {
      const hearers = {onProgress: progress.update, say: (text: string) => this.say(flags, text), signal: progress.signal};
      const result = await loadFlow(source, args.target, flags, hearers);
      progress.end();
      if (flags.report !== undefined) await writeReport(flags.report, result);
      return await this.print(result, flags, {
        text: renderLoad,
        exitCode: progress.signal.aborted ? 130 : exitCodeOf(result),
      });
    } finally {
      progress.end();
      source.close();
    }
  }
}

/** What a lost agent saw after its loss is not known, so neither is whether all is well. */
function exitCodeOf({missedThresholds, runs}: LoadResult): number {
  if (missedThresholds.length > 0) return 1;
  return runs.some(({lostAgents}) => lostAgents.length > 0) ? 4 : 0;
}
