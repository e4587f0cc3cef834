import {Args} from '@oclif/core';
import {KiadaCommand} from '../cli/index.ts';
import type {ExplainResult} from '../model/index.ts';

export default class Explain extends KiadaCommand {
  static override summary = 'What a finding means and what to do about it; all findings where no code is named';
  static override examples = ['<%= config.bin %> explain KIA0101', '<%= config.bin %> explain'];
  static override args = {code: Args.string({description: 'The code, such as KIA0101, or its name'})};

  async run(): Promise<ExplainResult> {
    const {args, flags} = await this.parse(Explain);
    const {explain} = await import('../flows/explain.ts');
    const {renderExplanation, renderCatalogue} = await import('../render/check.ts');
    return this.print(await explain(args.code), flags, {
      text: args.code === undefined ? renderCatalogue : renderExplanation,
      names: ({codes}) => codes.map(({code}) => code),
    });
  }
}
