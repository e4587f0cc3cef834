/** A space, but not the one between a figure and its sign of percent. */
const BREAK = / (?!%)/;

/**
 * Text as lines of at most `width` characters, broken at blanks; a word that is longer than a line is broken where it must be.
 * The first line begins with `indent`, later ones with `hang`: blanks of the same length where nothing is said.
 */
export function wrap(text: string, width: number, indent: string, hang = ' '.repeat(indent.length)): string {
  const room = Math.max(20, width - Math.max(indent.length, hang.length));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAK).flatMap((long) => pieces(long, room))) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((part, index) => (index === 0 ? indent : hang) + part).join('\n');
}

function pieces(word: string, room: number): readonly string[] {
  if (word.length <= room) return [word];
  return Array.from({length: Math.ceil(word.length / room)}, (_, index) => word.slice(index * room, (index + 1) * room));
}
