import type {ProcessContext} from '../process/process.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ELOOP: 'Symbolic link loop',
};

/** cat: files, and its input as it comes. */
export async function cat(context: ProcessContext): Promise<number> {
  const flags = context.args
    .slice(1)
    .filter((arg) => /^-./.test(arg))
    .join('');
  const names = context.args.slice(1).filter((arg) => !/^-./.test(arg));
  let exit = 0;
  let line = 0;
  const show = (bytes: Uint8Array) => {
    if (!flags.includes('n')) return context.stdout(bytes);
    for (const text of Buffer.from(bytes)
      .toString('latin1')
      .match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      line += 1;
      context.stdout(Buffer.from(`${String(line).padStart(6)}\t${text}`, 'latin1'));
    }
  };
  for (const name of names.length > 0 ? names : ['-']) {
    try {
      if (name === '-') for await (const bytes of context.stdin) show(bytes);
      else show(context.files.read(name.startsWith('/') ? name : `${context.workingDir}/${name}`));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!Object.hasOwn(REASONS, code)) throw error;
      context.stderr(`cat: ${name}: ${REASONS[code]}\n`);
      exit = 1;
    }
  }
  return exit;
}
