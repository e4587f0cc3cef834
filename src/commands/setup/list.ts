import {KiadaCommand} from '../../cli/index.ts';
import type {SetupListResult} from '../../model/index.ts';

export default class SetupList extends KiadaCommand {
  static override summary = 'List the named setups with what each is for';
  static override examples = ['<%= config.bin %> setup list'];

  async run(): Promise<SetupListResult> {
    const {flags} = await this.parse(SetupList);
    const {setups} = await import('../../suite/setups/index.ts');
    const {table} = await import('../../render/table.ts');
    const result = {setups: setups().map(({name, summary, objects}) => ({name, summary, objects: objects.length}))};
    return this.print(result, flags, {
      text: ({setups: all}, {width}) =>
        table(
          [{head: 'NAME'}, {head: 'OBJECTS', align: 'right', drop: 1}, {head: 'FOR'}],
          all.map((setup) => [setup.name, setup.objects, setup.summary]),
          {width},
        ),
      names: ({setups: all}) => all.map((setup) => setup.name),
    });
  }
}
