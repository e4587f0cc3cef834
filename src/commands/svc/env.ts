import {Args} from '@oclif/core';
import {KiadaCommand, readFlags} from '../../cli/index.ts';
import {openSource} from '../../flows/index.ts';
import type {ServiceEnvResult} from '../../model/index.ts';

export default class ServiceEnv extends KiadaCommand {
  static override summary = 'The Service variables that a pod has, and those it lacks because the Service came later';
  static override examples = ['<%= config.bin %> svc env kiada-001', '<%= config.bin %> svc env -n kiada'];
  static override args = {pod: Args.string({description: 'The pod; all of the namespace where none is named'})};
  static override flags = {...readFlags};

  async run(): Promise<ServiceEnvResult> {
    const {args, flags} = await this.parse(ServiceEnv);
    const {serviceEnv} = await import('../../flows/service-env.ts');
    const {renderServiceEnv} = await import('../../render/service-env.ts');
    const source = await openSource(flags);
    try {
      const result = await serviceEnv(source, args.pod, flags.namespace ?? source.namespace);
      return await this.print(result, flags, {
        text: renderServiceEnv,
        names: ({pods}) => pods.flatMap((pod) => pod.variables.map((variable) => variable.name)),
      });
    } finally {
      source.close();
    }
  }
}
