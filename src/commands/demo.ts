import {Flags} from '@oclif/core';
import {durationFlag, KiadaCommand, styleOf} from '../cli/index.ts';
import {sandboxFlags} from '../cli/sandbox-flags.ts';
import type {DemoResult, DemoStep} from '../model/index.ts';

export default class Demo extends KiadaCommand {
  static override summary = 'The main job in one go: a cluster, the Kiada suite, its Services described, resolved, probed and loaded';
  static override description = 'Exit 0 only if everything that was observed agreed with what was predicted.';
  static override examples = ['<%= config.bin %> demo', '<%= config.bin %> demo --no-keep'];
  static override flags = {
    ...sandboxFlags,
    keep: Flags.boolean({description: 'Leave the sandbox and the suite there afterwards', default: true, allowNo: true}),
    duration: durationFlag({description: 'How long each path is loaded', default: 4000}),
  };

  async run(): Promise<DemoResult> {
    const {flags} = await this.parse(Demo);
    const [{demo}, {renderDemoStep}] = await Promise.all([import('../flows/demo/index.ts'), import('../render/demo.ts')]);
    const style = styleOf(flags);
    const stop = new AbortController();
    const steps: DemoStep[] = [];
    for await (const step of demo(flags, (text) => this.say(flags, text), stop.signal)) {
      steps.push(step);
      if (flags.output === 'text') this.log(renderDemoStep(step, style));
      if (step.kind === 'end') process.exitCode = step.agreed ? 0 : 1;
    }
    return flags.output === 'text' ? {steps} : this.print({steps}, flags, {text: () => '', exitCode: Number(process.exitCode ?? 0)});
  }
}
