import {Flags} from '@oclif/core';
import {agentFlags, clusterFlags, durationFlag, KiadaCommand, namespaceFlag, setupFlags, styleOf} from '../cli/index.ts';
import {sandboxFlags} from '../cli/sandbox-flags.ts';
import type {DemoResult, DemoStep} from '../model/index.ts';

export default class Demo extends KiadaCommand {
  static override summary = 'The main job in one go: a cluster, the Kiada suite, its Services described, resolved, probed and loaded';
  static override description =
    'In a sandbox, started if need be; with --context or --kubeconfig in that cluster. Exit 0 only if everything that was observed agreed with what was predicted.';
  static override examples = [
    '<%= config.bin %> demo',
    '<%= config.bin %> demo --no-keep',
    '<%= config.bin %> demo --context staging -n try --no-keep --yes',
  ];
  static override flags = {
    ...sandboxFlags,
    ...clusterFlags,
    ...namespaceFlag,
    ...setupFlags,
    ...agentFlags,
    keep: Flags.boolean({description: 'Leave the cluster and the suite there afterwards', default: true, allowNo: true}),
    yes: Flags.boolean({char: 'y', description: 'Do not ask before it works on a cluster that is no sandbox'}),
    duration: durationFlag({description: 'How long each path is loaded', default: 4000}),
  };

  async run(): Promise<DemoResult> {
    const {flags} = await this.parse(Demo);
    const {untilInterrupted} = await import('../cli/until-interrupted.ts');
    const {signal} = untilInterrupted(); // before anything is begun that would have to be taken away
    const [{demo}, {renderDemoStep}] = await Promise.all([import('../flows/demo/index.ts'), import('../render/demo.ts')]);
    const style = styleOf(flags);
    const steps: DemoStep[] = [];
    for await (const step of demo(flags, (text) => this.say(flags, text), signal)) {
      steps.push(step);
      if (flags.output === 'text') this.log(renderDemoStep(step, style));
      if (step.kind === 'end') process.exitCode = step.agreed ? 0 : 1;
    }
    return flags.output === 'text' ? {steps} : this.print({steps}, flags, {text: () => '', exitCode: Number(process.exitCode ?? 0)});
  }
}
