/**
 * `$(NAME)` replaced by its value; `$$` is a dollar sign, and what names nothing stays as it is.
 * Source: the expansion rules of `env`, `command` and `args` in the API reference.
 */
export function expandReferences(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole: string, name: string | undefined) => {
    if (name === undefined) return '$';
    return lookUp(name) ?? whole;
  });
}
