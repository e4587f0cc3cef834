import {Flags} from '@oclif/core';
import {KiadaCommand} from '../../cli/index.ts';
import {sandboxFlags} from '../../cli/sandbox-flags.ts';
import type {SandboxStatusResult} from '../../model/index.ts';

export default class SandboxUp extends KiadaCommand {
  static override summary = 'Start the embedded cluster and make it the current context';
  static override description =
    'It survives the terminal and keeps its state; started again, it goes on with the same objects and addresses.';
  static override examples = ['<%= config.bin %> sandbox up', '<%= config.bin %> sandbox up --nodes 5 --ip-family dual'];
  static override flags = {
    ...sandboxFlags,
    nodes: Flags.integer({description: 'Number of nodes', default: 3, min: 1, max: 50}),
    zones: Flags.integer({description: 'Number of zones that the nodes are spread over', default: 3, min: 1, max: 26}),
    'ip-family': Flags.string({description: 'Address families', options: ['ipv4', 'ipv6', 'dual'], default: 'dual'}),
    port: Flags.integer({description: "The API server's port on 127.0.0.1 (0: any that is free)", default: 0, min: 0, max: 65_535}),
  };

  async run(): Promise<SandboxStatusResult> {
    const {flags} = await this.parse(SandboxUp);
    const {bringUp} = await import('../../flows/sandbox-bring-up.ts');
    const {renderSandboxStatus} = await import('../../render/sandbox-status.ts');
    const {status, started, tookMs} = await bringUp(flags);
    const up = started ? `the sandbox is up (${(tookMs / 1000).toFixed(1)} s)` : 'the sandbox was up already';
    this.say(flags, `${up}; kubectl and kiada use it now (context ${status.context})`);
    return this.print(status, flags, {text: renderSandboxStatus, names: (result) => [result.context]});
  }
}
