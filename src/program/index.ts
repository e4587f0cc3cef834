export {type HttpAnswer, type HttpCall, openHttp, requestHttp} from './http-client.ts';
export {type HttpService, type ServeOptions, serveHttp} from './http-server.ts';
export {readBody} from './read-body.ts';
export {readLines} from './read-lines.ts';
export {secureConnection} from './secure-connection.ts';
export {type ServicePlan, serveUntilTerminated} from './serve-until-terminated.ts';
export {untilKilled} from './until-killed.ts';
