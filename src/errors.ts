/**
 * Every error that a user can meet: its code, its exit code and what to do next.
 * Exit codes: 1 not so · 2 wrong usage or input · 3 not found · 4 not reachable, not allowed, not knowable · 124 timed out · 130 interrupted.
 */
export const ERROR_CODES = {
  USAGE: {exitCode: 2, hint: 'Run the command with --help to see what it takes.'},
  INVALID_MANIFEST: {exitCode: 2, hint: 'Mend the document and run the command again; nothing was applied.'},
  INVALID_SNAPSHOT: {exitCode: 2, hint: 'Make one with: kiada snapshot -A > FILE'},
  INVALID_KUBECONFIG: {exitCode: 2, hint: 'Look at it with: kubectl config view'},
  REFUSED_BY_API: {exitCode: 2, hint: null},
  CONFLICT: {exitCode: 1, hint: 'Somebody else owns that field or changed the object; read it again, or use --force-conflicts.'},
  NOT_SO: {exitCode: 1, hint: null},
  NOT_FOUND: {exitCode: 3, hint: null},
  SERVICE_NOT_FOUND: {exitCode: 3, hint: 'List them with: kiada svc list -A'},
  SETUP_NOT_FOUND: {exitCode: 3, hint: 'List them with: kiada setup list'},
  FINDING_CODE_UNKNOWN: {exitCode: 3, hint: 'List them with: kiada explain'},
  NO_CLUSTER: {exitCode: 4, hint: 'Start one with: kiada sandbox up'},
  UNREACHABLE: {exitCode: 4, hint: 'Check that the cluster runs and that the context is the right one: kubectl config current-context'},
  FORBIDDEN: {exitCode: 4, hint: 'Ask for the right, or name a context that has it with --context.'},
  UNAUTHORIZED: {exitCode: 4, hint: 'Log in again, or name another context with --context.'},
  UNKNOWABLE: {exitCode: 4, hint: null},
  NEEDS_AGENT: {exitCode: 4, hint: 'Name a vantage with --from: an agent is then started there for as long as the command runs.'},
  SANDBOX_FAILED: {exitCode: 4, hint: 'Read its log with: kiada sandbox logs'},
  SANDBOX_NOT_RUNNING: {exitCode: 4, hint: 'Start it with: kiada sandbox up'},
  SANDBOX_DATA_INVALID: {exitCode: 2, hint: 'It was left as it is. Name another folder with --data-dir, or remove it yourself.'},
  TIMED_OUT: {exitCode: 124, hint: null},
  INTERRUPTED: {exitCode: 130, hint: null},
} as const satisfies Record<string, {exitCode: number; hint: string | null}>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error that its reader can act on. Everything else that is thrown is a bug of ours. */
export class KiadaError extends Error {
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly hint: string | null;
  constructor(code: ErrorCode, message: string, options: {hint?: string | null; cause?: unknown} = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause});
    this.name = 'KiadaError';
    this.code = code;
    this.exitCode = ERROR_CODES[code].exitCode;
    this.hint = options.hint === undefined ? ERROR_CODES[code].hint : options.hint;
  }
}
