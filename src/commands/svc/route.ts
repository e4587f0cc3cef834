import {Args, Flags} from '@oclif/core';
import {KiadaCommand, readFlags} from '../../cli/index.ts';
import {openSource} from '../../flows/index.ts';
import type {ServiceRouteResult} from '../../model/index.ts';

const PATHS = ['clusterip', 'nodeport', 'loadbalancer', 'externalip', 'headless', 'externalname', 'all'];

export default class ServiceRoute extends KiadaCommand {
  static override summary = 'Where a connection goes: endpoints with probabilities, and why not the others';
  static override examples = [
    '<%= config.bin %> svc route quote --from pod/kiada-001',
    '<%= config.bin %> svc route kiada --from outside --via nodeport --entry sandbox-1',
    '<%= config.bin %> svc route kiada --matrix',
    '<%= config.bin %> svc route quote --set internalTrafficPolicy=Local --without pod/quote-001',
  ];
  static override args = {service: Args.string({required: true, description: 'The Service'})};
  static override flags = {
    ...readFlags,
    from: Flags.string({description: 'Where the connection starts: pod/NAME, node/NAME, outside, outside/IP', helpValue: 'VANTAGE'}),
    via: Flags.string({description: 'The way in', options: PATHS, default: 'all'}),
    entry: Flags.string({description: 'The node that is addressed or that the load balancer chooses', helpValue: 'NODE'}),
    port: Flags.string({description: "One of the Service's ports, by number or name"}),
    matrix: Flags.boolean({description: 'Every node against every endpoint'}),
    set: Flags.string({
      description: 'What if a field of the Service were otherwise: internalTrafficPolicy=Local',
      helpValue: 'FIELD=VALUE',
      helpGroup: 'WHAT-IF',
      multiple: true,
    }),
    without: Flags.string({description: 'What if a pod were gone', helpValue: 'pod/NAME', helpGroup: 'WHAT-IF', multiple: true}),
    'with-replicas': Flags.integer({description: 'What if there were as many endpoints', helpValue: 'N', helpGroup: 'WHAT-IF', min: 0}),
  };

  async run(): Promise<ServiceRouteResult> {
    const {args, flags} = await this.parse(ServiceRoute);
    const {serviceRoutes} = await import('../../flows/service-route.ts');
    const {renderRoutes} = await import('../../render/routes.ts');
    const source = await openSource(flags);
    try {
      const result = await serviceRoutes(source, args.service, flags);
      return await this.print(result, flags, {text: renderRoutes});
    } finally {
      source.close();
    }
  }
}
