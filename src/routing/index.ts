export type {
  ClusterView,
  KubernetesObject,
  MatrixRow,
  ObjectChange,
  Route,
  RouteMatrix,
  Vantage,
  ViewOptions,
} from '../model/index.ts';
export {updateView, viewOf} from '../view/index.ts';
export type {ProxiedPath} from './destination.ts';
export type {CandidateEndpoint, PortEndpoint} from './endpoint-set.ts';
export {
  endpointMap,
  type HealthCheck,
  healthCheck,
  healthCheckNodePorts,
  loadBalancerNodes,
  localReadyEndpoints,
  noLocalEndpoints,
} from './health-check.ts';
export {type EndpointJudgement, type EndpointPolicies, type EndpointVerdict, type JudgingNode, judgeEndpoints} from './judge-endpoints.ts';
export {isMasqueraded, judgePacket, type PacketQuestion} from './judge-packet.ts';
export {type MatrixQuestion, matricesOf, matrix, matrixRoutes} from './matrix.ts';
export type {MatchedPort, PacketVerdict} from './packet-verdict.ts';
export type {ProxySettings} from './proxy-settings.ts';
export {type RouteQuestion, route} from './route.ts';
export {servicePortsOf} from './service-port.ts';
export {parseVantage} from './vantage.ts';
export {type WhatIfChanges, whatIf} from './what-if.ts';
