/** What a shell remembers from one command to the next. */
export interface ShellState {
  /** The name that its messages begin with. */
  readonly name: string;
  /** Variables that programs get. */
  readonly exported: Map<string, string>;
  /** Variables of the shell alone. */
  readonly local: Map<string, string>;
  cwd: string;
  /** `$0` is args[0]. */
  args: readonly string[];
  /** The functions' definitions, by name, as source. */
  readonly functions: Map<string, string>;
  lastExit: number;
  lastJob: number | null;
  /** `set -e`. */
  exitsOnError: boolean;
  readonly traps: Map<string, string>;
}

/** A subshell's: the same, and apart from now on. */
export function forkState(state: ShellState): ShellState {
  return {
    ...state,
    exported: new Map(state.exported),
    local: new Map(state.local),
    functions: new Map(state.functions),
    traps: new Map(),
  };
}

/** `exit`: unwinds to the shell's end. */
export class ExitShell extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** `break` and `continue`: unwind so many loops. */
export class LeaveLoop extends Error {
  readonly kind: 'break' | 'continue';
  readonly levels: number;
  constructor(kind: 'break' | 'continue', levels: number) {
    super(kind);
    this.kind = kind;
    this.levels = levels;
  }
}

/** `return`: unwinds to the function's call. */
export class ReturnFromFunction extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`return ${exitCode}`);
    this.exitCode = exitCode;
  }
}
