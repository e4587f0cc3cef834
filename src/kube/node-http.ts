import type * as http from 'node:http';

/** node:http without Node's wrapper for modules, which reads all exports once and thereby loads fetch and WebSocket: 50 ms of each command. */
export const nodeHttp: typeof http = process.getBuiltinModule('node:http');
