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
  ];
  static override args = {service: Args.string({required: true, description: 'The Service'})};
  static override flags = {
    ...readFlags,
    from: Flags.string({description: 'Where the connection starts: pod/NAME, node/NAME, outside, outside/IP', helpValue: 'VANTAGE'}),
    via: Flags.string({description: 'The way in', options: PATHS, default: 'all'}),
    entry: Flags.string({description: 'The node that is addressed or that the load balancer chooses', helpValue: 'NODE'}),
    port: Flags.string({description: "One of the Service's ports, by number or name"}),
    matrix: Flags.boolean({description: 'Every node against every endpoint'}),
  };

  async run(): Promise<ServiceRouteResult> {
    const {args, flags} = await this.parse(ServiceRoute);
    const {serviceRoutes} = await import('../../flows/service-route.ts');
    const {renderRoutes} = await import('../../render/routes.ts');
    const {renderMatrix} = await import('../../render/route-matrix.ts');
    const source = await openSource(flags);
    try {
      const result = await serviceRoutes(source, args.service, flags);
      return await this.print(result, flags, {text: flags.matrix ? renderMatrix : renderRoutes});
    } finally {
      source.close();
    }
  }
}
