import type {Duplex} from 'node:stream';
import {KiadaError} from '../../errors.ts';
import type {ConnectionObservation, Service, ServicePort, Vantage} from '../../model/index.ts';
import {wordsOf} from '../probe/probe-path.ts';
import {vantageText} from '../vantage.ts';
import type {Place} from './place.ts';

export interface Attempt {
  readonly port: ServicePort;
  readonly to: ConnectionObservation['to'];
  readonly from: Vantage;
  readonly address: string;
  readonly dialed: number;
  readonly pod: string | null;
  readonly attempts?: number;
}

const OUTCOMES: Readonly<Record<string, ConnectionObservation['outcome']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'unanswered',
  EHOSTUNREACH: 'unanswered',
  ENETUNREACH: 'unanswered',
};

/** Connections that are opened and closed again. Rejects only where the vantage itself is out of reach. */
export async function tryConnections(place: Place, service: Service, attempt: Attempt): Promise<ConnectionObservation> {
  const {attempts = 1, from} = attempt;
  await place.reach.prepare(from);
  const problems: (Problem | null)[] = [];
  for (let number = 0; number < attempts; number++) problems.push(await tryOnce(place, attempt));
  const failed = problems.filter((problem) => problem !== null);
  const outcome = failed.length === attempts ? (failed[0]?.outcome ?? 'failed') : 'connected';
  return {
    kind: 'connection',
    service: {namespace: service.namespace, name: service.name},
    from: vantageText(from),
    port: attempt.port.port,
    to: attempt.to,
    address: attempt.address,
    dialed: attempt.dialed,
    pod: attempt.pod,
    outcome,
    detail: failed[0]?.detail ?? 'connected',
    attempts,
    failures: failed.length,
    speaks: null,
  };
}

interface Problem {
  readonly outcome: ConnectionObservation['outcome'];
  readonly detail: string;
}

async function tryOnce(place: Place, attempt: Attempt): Promise<Problem | null> {
  try {
    (await openTo(place, attempt)).destroy();
    return null;
  } catch (error) {
    if (error instanceof KiadaError) throw error; // the way to the vantage is broken, not the one from there
    const code = (error as {code?: unknown}).code;
    return {outcome: (typeof code === 'string' && OUTCOMES[code]) || 'failed', detail: wordsOf(error)};
  }
}

/** A connection for the caller to use. */
export async function openTo(place: Place, {from, address, dialed}: Attempt): Promise<Duplex> {
  const {socket} = await place.reach.dialFrom(from)({host: address, port: dialed}, {timeoutMs: place.timeoutMs});
  return socket;
}
