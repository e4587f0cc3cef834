import {datagramWire} from './datagram-wire.ts';
import {echoWire} from './echo-wire.ts';
import {grpcHeaders, grpcMessage, judgeGrpc} from './grpc.ts';
import {http1} from './http1-wire.ts';
import {http2Headers, http2Wire, judgeHttp} from './http2-wire.ts';
import {captureBytesFor} from './identify.ts';
import type {LoadPlan, TlsPlan} from './plan.ts';
import {buildRequestBytes} from './request-bytes.ts';
import type {OpenWire} from './wire.ts';

/** What a plan's connections speak; null: they are only opened. Throws KiadaError USAGE for what would not be one well-formed request. */
export function wireOf(plan: LoadPlan): OpenWire | null {
  const {connectionPerRequest, identify, request, payload} = plan;
  const shared = {captureBytes: captureBytesFor(identify), connectionPerRequest};
  const bytes = buildRequestBytes(plan);
  switch (plan.protocol) {
    case 'tcp':
      return payload === null ? null : echoWire({...shared, payload});
    case 'udp':
      return datagramWire({...shared, payload: payload ?? new Uint8Array()});
    case 'http/1.1':
      return bytes && http1({...shared, bytes, method: request?.method ?? ''});
    case 'h2':
      return request && http2Wire({...shared, headers: http2Headers(plan), body: request.body, judge: judgeHttp});
    case 'grpc':
      return request && http2Wire({...shared, headers: grpcHeaders(plan), body: grpcMessage(request.body), judge: judgeGrpc});
  }
}

/** What both sides of an encrypted connection have to agree upon. */
export function agreedProtocol({protocol}: LoadPlan): TlsPlan['protocol'] {
  switch (protocol) {
    case 'http/1.1':
      return 'http/1.1';
    case 'h2':
    case 'grpc':
      return 'h2';
    case 'tcp':
    case 'udp':
      return null;
  }
}
