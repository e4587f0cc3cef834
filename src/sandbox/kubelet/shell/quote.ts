import type {WordNode} from 'just-bash';

/** Text as one word of a script. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word's text where nothing in it is expanded; null otherwise. */
export function literalOf(word: WordNode): string | null {
  let text = '';
  for (const part of word.parts) {
    if (part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'Escaped') text += part.value;
    else if (part.type === 'DoubleQuoted') {
      const inner = literalOf({type: 'Word', parts: part.parts});
      if (inner === null) return null;
      text += inner;
    } else return null;
  }
  return text;
}
