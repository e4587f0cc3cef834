/** The lines of a byte stream without their line ends; a last line without one counts too. Lines over `maxLength` characters are cut into pieces. */
export async function* readLines(stream: AsyncIterable<Uint8Array>, maxLength = 64 * 1024): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of stream) {
    pending += decoder.decode(chunk, {stream: true});
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
    if (pending.length > maxLength) {
      yield pending;
      pending = '';
    }
  }
  pending += decoder.decode();
  if (pending !== '') yield pending;
}
