// Reads the commands of the documentation: used by the tests about it and by refresh-docs.ts.

/** One fenced block of a page; `first` and `last` are the line numbers (from 0) of what is between the fences. */
export interface Block {
  readonly language: string;
  readonly first: number;
  readonly last: number;
  readonly lines: readonly string[];
}

/** The fenced blocks of a page. */
export function blocksOf(page: string): readonly Block[] {
  const lines = page.split('\n');
  const blocks: Block[] = [];
  let open: {language: string; first: number} | null = null;
  for (const [index, line] of lines.entries()) {
    const language = /^```(\w*)/.exec(line)?.[1];
    if (language === undefined) continue;
    if (open === null) open = {language, first: index + 1};
    else {
      blocks.push({...open, last: index, lines: lines.slice(open.first, index)});
      open = null;
    }
  }
  return blocks;
}

/** One command of a `console` block with what it printed. A line that ends in a backslash goes on in the next. */
export interface Entry {
  readonly command: string;
  readonly output: readonly string[];
}

/** The commands of a `console` block: lines behind a prompt, each with the lines up to the next prompt. */
export function entriesOf(block: Block): readonly Entry[] {
  const entries: {command: string; output: string[]}[] = [];
  for (const line of block.lines) {
    const last = entries.at(-1);
    if (line.startsWith('$ ')) entries.push({command: line.slice(2), output: []});
    else if (last?.command.endsWith('\\') && last.output.length === 0) last.command += `\n${line}`;
    else last?.output.push(line);
  }
  return entries;
}

/** Every command line of a page: those behind prompts, and the lines of `sh` blocks. */
export function commandLines(page: string): readonly string[] {
  return blocksOf(page).flatMap((block) => {
    if (block.language === 'console') return entriesOf(block).map((entry) => entry.command);
    if (block.language === 'sh') return [block.lines.join('\n')];
    return [];
  });
}

const SEPARATORS = new Set(['|', ';', '&', '(', ')', '\n']);
const PREFIXES = new Set(['if', '!', 'while', 'until', 'then', 'else', 'do', 'time', 'npx', 'exec']);

/** The calls of `kiada` in a shell text, each as its words without the name. */
export function kiadaCalls(shell: string): readonly (readonly string[])[] {
  return simpleCommands(shell.replaceAll('\\\n', ' ')).flatMap((words) => {
    const start = words.findIndex((word) => !PREFIXES.has(word) && !/^\w+=/.test(word));
    return words[start] === 'kiada' ? [words.slice(start + 1)] : [];
  });
}

/** The commands of a shell text as words; redirections are left out. Quotes are undone, nothing is expanded. */
function simpleCommands(shell: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let word: string | null = null;
  let quote: string | null = null;
  let redirected = false;
  const endWord = (): void => {
    if (word !== null && !redirected) commands.at(-1)?.push(word);
    if (word !== null) redirected = false;
    word = null;
  };
  for (let index = 0; index < shell.length; index++) {
    const char = shell[index] as string;
    if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (char === '#' && word === null) {
      while (index + 1 < shell.length && shell[index + 1] !== '\n') index++;
    } else if (SEPARATORS.has(char)) {
      endWord();
      redirected = false;
      commands.push([]);
    } else if (char === '<' || char === '>') {
      if (word !== null && /^\d$/.test(word)) word = null;
      endWord();
      redirected = true;
      if (shell[index + 1] === '&') index++;
    } else if (char === ' ' || char === '\t') endWord();
    else if (char === '$' && shell[index + 1] === '(') endWord();
    else word = (word ?? '') + char;
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}
