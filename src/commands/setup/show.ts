import {Args, Flags} from '@oclif/core';
import {KiadaCommand, setupFlags} from '../../cli/index.ts';

export default class SetupShow extends KiadaCommand {
  static override summary = "Show a setup's manifests as YAML, to read or to pipe into kubectl";
  static override examples = ['<%= config.bin %> setup show quote | kubectl apply -f -'];
  static override args = {name: Args.string({required: true, description: 'The setup'})};
  static override flags = {
    ...setupFlags,
    for: Flags.string({
      description: 'The form for the sandbox, which has the images, or for any other cluster, with the programs in ConfigMaps',
      options: ['sandbox', 'cluster'],
      default: 'sandbox',
    }),
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(SetupShow);
    const {setupYaml} = await import('../../flows/manifests-of.ts');
    const {askedStore, onNode} = await import('../../flows/suite-form.ts');
    const {parseAllDocuments} = await import('yaml');
    const form = flags.for === 'sandbox' ? 'images' : onNode(flags, askedStore(flags) ?? 'mongo', true);
    const {name, summary, yaml} = await setupYaml(args.name, form);
    const objects = [...parseAllDocuments(yaml)].map((document) => document.toJS() as object);
    const output = flags.output === 'yaml' ? 'text' : flags.output;
    return this.print({name, summary, objects}, {...flags, output}, {text: () => yaml.trimEnd()});
  }
}
