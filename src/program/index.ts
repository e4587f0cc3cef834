export {type HttpCall, openHttp, requestHttp} from './http-client.ts';
export {type HttpService, serveHttp} from './http-server.ts';
export {readBody} from './read-body.ts';
export {readLines} from './read-lines.ts';
export {secureConnection} from './secure-connection.ts';
export {serveUntilTerminated} from './serve-until-terminated.ts';
export {untilKilled} from './until-killed.ts';
