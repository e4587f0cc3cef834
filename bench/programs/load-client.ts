// Sends load with the engine of src/load from a process of its own; prints what it counted as JSON.
import {parseArgs} from 'node:util';
import {runLoad} from '../../src/load/index.ts';
import {dialDirect} from '../../src/vantage/index.ts';

const {values} = parseArgs({
  options: {
    port: {type: 'string', default: '80'},
    connections: {type: 'string', default: '32'},
    seconds: {type: 'string'},
    requests: {type: 'string'},
    rate: {type: 'string'},
    warmup: {type: 'string', default: '0'},
    path: {type: 'string', default: '/'},
    'connection-per-request': {type: 'boolean', default: false},
  },
});

const result = await runLoad(
  {
    target: {host: '127.0.0.1', port: Number(values.port)},
    request: {method: 'GET', path: values.path, host: null, headers: [], body: null},
    protocol: 'http/1.1',
    payload: null,
    tls: null,
    pace:
      values.rate === undefined ? {mode: 'closed'} : {mode: 'open', rate: Number(values.rate), arrivals: 'constant', rampMs: 0, steps: []},
    connections: Number(values.connections),
    connectionPerRequest: values['connection-per-request'],
    durationMs: values.seconds === undefined ? null : Number(values.seconds) * 1_000,
    requests: values.requests === undefined ? null : Number(values.requests),
    warmupMs: Number(values.warmup) * 1_000,
    timeoutMs: 10_000,
    identify: {by: 'auto'},
    failureSamples: 10,
  },
  {dial: dialDirect()},
);
const {requests, succeeded, requestsPerSecond, bytesReceived, errors, latencyMs} = result;
console.log(
  JSON.stringify({requests, succeeded, requestsPerSecond, bytesReceived, errors, latencyMs, cpuMs: process.cpuUsage().user / 1_000}),
);
