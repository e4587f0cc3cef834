import {once} from 'node:events';
import net from 'node:net';
import {KiadaError} from '../../src/errors.ts';
import {serveLoadWorker} from '../../src/load/index.ts';

// A worker that dials directly, or says that its door is shut.
serveLoadWorker((dialing) => async (target) => {
  if (dialing === 'shut') throw new KiadaError('UNREACHABLE', 'the door is shut', {hint: 'open it'});
  const socket = net.connect({...target, noDelay: true});
  await once(socket, 'connect');
  return {socket, endpoint: {address: '10.0.0.1', port: 80}, sourceSeen: '10.0.0.9'};
});
