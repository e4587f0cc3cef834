/** One kubectl call, the same against both clusters. */
export interface Step {
  /** The arguments, split as a shell splits them; `{ns}` is the scenario's namespace, `{run}` the run's own letters. */
  readonly kubectl: string;
  /** What tells this call from an equal one in the same scenario. */
  readonly as?: string;
  /** A shorter name for a long call. */
  readonly title?: string;
  readonly stdin?: string;
  /** The call is repeated until its output matches. */
  readonly until?: RegExp;
  /** A file of the call's folder that is written before the call. */
  readonly file?: {readonly name: string; readonly text: string};
  /** A command that stands for the editor in `kubectl edit`. */
  readonly editor?: string;
  /** Only lines that match are compared: the others are no promise (order of events, timing). */
  readonly keep?: RegExp;
  /** Neither the order of lines nor how often one is repeated is a promise. */
  readonly lines?: 'a set';
  /** Prepares the ground: it has to end with 0, and its output is not compared. */
  readonly quiet?: true;
  /** The call is a port-forward: once it listens, this HTTP path is asked for, and the call is ended. */
  readonly forward?: string;
  /** The call goes on until it is ended after so many milliseconds (a watch). */
  readonly endAfterMs?: number;
}

/** Steps in their order, in a namespace of their own. Scenarios do not depend on one another. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Names of objects without a namespace that the steps may leave behind: `kind/name`. */
  readonly leftovers?: readonly string[];
}

/** A cluster that the steps run against. */
export interface Cluster {
  readonly name: 'genuine' | 'sandbox';
  readonly kubeconfig: string;
}

/** What a call gave, as it is compared. */
export interface Outcome {
  readonly text: string;
}

/** One step's two outcomes. */
export interface Pair {
  readonly id: string;
  readonly genuine: string;
  readonly sandbox: string;
}

/** A step by its arguments. */
export function step(kubectl: string, options: Omit<Step, 'kubectl'> = {}): Step {
  return {kubectl, ...options};
}

/** A step that is not compared. */
export function prepare(kubectl: string, options: Omit<Step, 'kubectl' | 'quiet'> = {}): Step {
  return {kubectl, quiet: true, ...options};
}

/** How a step is named in reports and in the list of differences. */
export function stepId(scenario: Scenario, entry: Step): string {
  return `${scenario.name}: ${entry.title ?? entry.kubectl}${entry.as === undefined ? '' : ` (${entry.as})`}`;
}
