import type {CommandNode, WordNode} from 'just-bash';
import type {BashEngine} from './bash-engine.ts';

/** The source of one command. */
export function sourceOf(node: CommandNode, engine: BashEngine): string {
  const pipeline = {type: 'Pipeline' as const, commands: [node], negated: false};
  const statement = {type: 'Statement' as const, pipelines: [pipeline], operators: [], background: false};
  return engine.serialize({type: 'Script', statements: [statement]});
}

/** The source of words, as arguments of a command. */
export function wordsSource(words: readonly WordNode[], engine: BashEngine): string {
  const name = {type: 'Word' as const, parts: [{type: 'Literal' as const, value: ':'}]};
  return sourceOf({type: 'SimpleCommand', assignments: [], name, args: [...words], redirections: []}, engine).slice(2);
}
