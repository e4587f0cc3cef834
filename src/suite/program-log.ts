import type {ProgramContext} from '../model/index.ts';

export type ProgramLog = (message: string) => void;

/** Log lines with the time in front, as the suite's programs print them. Control characters are made visible: a request's path is foreign text. */
export function programLog(context: ProgramContext): ProgramLog {
  return (message) => context.stdout(`${new Date().toISOString()} ${visible(message)}\n`);
}

function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
