import {KiadaCommand} from '../../cli/index.ts';

export default class SandboxImages extends KiadaCommand {
  static override summary = 'List the images that pods of the sandbox can run';
  static override examples = ['<%= config.bin %> sandbox images'];

  async run(): Promise<{images: readonly {name: string; aliases: readonly string[]; summary: string}[]}> {
    const {flags} = await this.parse(SandboxImages);
    const {catalogue} = await import('../../cli/catalogue.ts');
    const {table} = await import('../../render/table.ts');
    const images = catalogue().map(({names, summary}) => ({name: names[0] ?? '', aliases: names.slice(1), summary}));
    return this.print({images}, flags, {
      text: (result, {width}) =>
        table(
          [{head: 'IMAGE'}, {head: 'WHAT IT IS'}],
          result.images.map((image) => [image.name, image.summary]),
          {width},
        ),
      names: (result) => result.images.map((image) => image.name),
    });
  }
}
