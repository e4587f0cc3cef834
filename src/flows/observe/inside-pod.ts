import {KiadaError} from '../../errors.ts';
import type {ConnectionObservation, Pod, Service} from '../../model/index.ts';
import type {Attempt} from './connect.ts';
import type {Place} from './place.ts';
import {exchange} from './spoken.ts';

const QUESTION = Buffer.from('GET / HTTP/1.0\r\n\r\n');

/**
 * The target port on the pod's own loopback, where port-forward leads. Only an answer counts: a stream that is open says nothing yet of
 * whether anybody listens.
 */
export async function insidePod(place: Place, service: Service, attempt: Attempt, pod: Pod): Promise<readonly ConnectionObservation[]> {
  const {openPortForward} = await import('../../kube/index.ts');
  try {
    const {bytes} = await exchange(await openPortForward(place.source.client, pod, attempt.dialed), QUESTION, place.timeoutMs);
    if (bytes.length === 0) return [];
  } catch (error) {
    if (!(error instanceof KiadaError)) throw error;
    place.note({what: `the loopback of pod ${pod.name}`, why: `port-forward is refused: ${error.message}`});
    return [];
  }
  return [
    {
      kind: 'connection',
      service: {namespace: service.namespace, name: service.name},
      from: 'the pod itself',
      port: attempt.port.port,
      to: 'loopback',
      address: '127.0.0.1',
      dialed: attempt.dialed,
      pod: pod.name,
      outcome: 'connected',
      detail: 'connected',
      attempts: 1,
      failures: 0,
      speaks: null,
    },
  ];
}
