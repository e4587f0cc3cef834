import {Args} from '@oclif/core';
import {KiadaCommand} from '../../cli/index.ts';

export default class SetupShow extends KiadaCommand {
  static override summary = "Show a setup's manifests as YAML, to read or to pipe into kubectl";
  static override examples = ['<%= config.bin %> setup show quote | kubectl apply -f -'];
  static override args = {name: Args.string({required: true, description: 'The setup'})};

  async run(): Promise<object> {
    const {args, flags} = await this.parse(SetupShow);
    const {setupYaml} = await import('../../flows/manifests-of.ts');
    const {parseAllDocuments} = await import('yaml');
    const {name, summary, yaml} = await setupYaml(args.name);
    const objects = [...parseAllDocuments(yaml)].map((document) => document.toJS() as object);
    const output = flags.output === 'yaml' ? 'text' : flags.output;
    return this.print({name, summary, objects}, {...flags, output}, {text: () => yaml.trimEnd()});
  }
}
