export {type Clock, systemClock} from './clock.ts';
export type {Dial, ExecInContainer, ProbeOutcome} from './outcome.ts';
export {type ProbeTarget, runProbe} from './run-probe.ts';
export {type HttpGetAction, type NamedPort, type ProbeKind, type ProbeSpec, probeKind, resolvePort} from './spec.ts';
export {advanceProbe, initialProbeState, type ProbeRole, type ProbeState} from './threshold.ts';
export {type ProbeWorker, runProbeWorker} from './worker.ts';
