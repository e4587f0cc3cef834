/** A command that is refused, with MongoDB's number and name for the reason. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  constructor(code: number, codeName: string, message: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
    this.codeName = codeName;
  }
}
