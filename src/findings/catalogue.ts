import {ingressPortMissing, ingressServiceMissing, routePortMissing, routeServiceMissing} from './access/backend-rules.ts';
import {policyAdmitsNobody, policyServicePort, policyShutsDns, policyShutsOutside} from './access/policy-rules.ts';
import {deletionBlocked} from './config/deletion.ts';
import {endpointsKind, externalIPs, loadBalancerIP, preferClose, sourceRangesAnnotation, tolerateUnready} from './config/deprecated.ts';
import {invalidPackets, ipvs, loopbackNodePorts, otherProxy} from './config/proxy.ts';
import {variableClash, variablesMissing} from './config/variables.ts';
import {certificateOfOther} from './names/certificate.ts';
import {goneInDns, slowDns} from './names/dns-answers.ts';
import {externalNameHost, externalNameInside, externalNamePorts, externalNameShort} from './names/external-name.ts';
import {externalNameAddress} from './names/external-name-address.ts';
import {governingMissing, headlessPort, peersWait, subdomainUnserved} from './names/headless.ts';
import {hostNetworkDns} from './names/host-network-dns.ts';
import {otherNamespace} from './names/other-namespace.ts';
import {searchListFirst} from './names/search-list.ts';
import {srvMissing} from './names/srv-missing.ts';
import {addressTaken} from './paths/address-taken.ts';
import {balancerFamily, clientAddress} from './paths/client-address.ts';
import {excludedNodes} from './paths/excluded-nodes.ts';
import {healthCheckDiffers} from './paths/health-check.ts';
import {loadBalancerFailed} from './paths/load-balancer-failed.ts';
import {loadBalancerPending} from './paths/load-balancer-pending.ts';
import {localCluster} from './paths/local-cluster.ts';
import {localHealthCheck, localNodePort, localWithoutNode} from './paths/local-nodes.ts';
import {nodePortOutOfRange, nodePortTaken} from './paths/node-port-number.ts';
import {pathFails} from './paths/path-fails.ts';
import {serviceLbPort} from './paths/service-lb-port.ts';
import {rangesLeaveNodePorts, rangesOfOtherFamily, rangesWithoutEffect} from './paths/source-ranges.ts';
import {affinityBehindProxy, affinityHeadless} from './policies/affinity.ts';
import {distributionUnknown, hintsIncomplete, localIgnoresHints, nodesWithoutZone, zoneOverloaded} from './policies/hints.ts';
import {internalLocal} from './policies/internal-local.ts';
import {oneConnection} from './policies/one-connection.ts';
import {selfCalls} from './policies/self-calls.ts';
import {topologyBoth, topologyHintsOff, topologyOldKey, topologyValue} from './policies/topology-hints-off.ts';
import {unevenLocal} from './policies/uneven-local.ts';
import {appProtocolContradicts, appProtocolPrefix} from './ports/app-protocol.ts';
import {clientPort} from './ports/client-port.ts';
import {loopback} from './ports/loopback.ts';
import {loopbackOnly} from './ports/loopback-only.ts';
import {mixedNumbers} from './ports/mixed-numbers.ts';
import {namedPortMissing} from './ports/named-port-missing.ts';
import {namedPortOnSome} from './ports/named-port-on-some.ts';
import {namedPortProtocol} from './ports/named-port-protocol.ts';
import {nobodyListens} from './ports/nobody-listens.ts';
import {portLost, sameNumber} from './ports/same-number.ts';
import {closesUnasked, otherProtocol} from './ports/spoken-protocol.ts';
import {timesOut} from './ports/times-out.ts';
import {udpSenders} from './ports/udp-senders.ts';
import {undeclared} from './ports/undeclared.ts';
import {cannotStart} from './readiness/cannot-start.ts';
import {crash} from './readiness/crash.ts';
import {gate} from './readiness/gate.ts';
import {image} from './readiness/image.ts';
import {init} from './readiness/init.ts';
import {nodeMissing} from './readiness/node-missing.ts';
import {nodeNotReady} from './readiness/node-not-ready.ts';
import {onlyTerminating} from './readiness/only-terminating.ts';
import {noDrain, preStopTooLong} from './readiness/pre-stop.ts';
import {probeTimesOut} from './readiness/probe-times-out.ts';
import {readinessIgnored} from './readiness/readiness-ignored.ts';
import {readinessProbe} from './readiness/readiness-probe.ts';
import {silentNode} from './readiness/silent-node.ts';
import {slicesBehind, slicesMissing} from './readiness/slices-behind.ts';
import {staleCondition} from './readiness/stale-condition.ts';
import {starting} from './readiness/starting.ts';
import {startupProbe} from './readiness/startup-probe.ts';
import {unready} from './readiness/unready.ts';
import {unschedulable} from './readiness/unschedulable.ts';
import type {Rule} from './rule.ts';
import {makesNoPods} from './selector/makes-no-pods.ts';
import {matchesNoPod} from './selector/matches-no-pod.ts';
import {nearlySelected} from './selector/nearly-selected.ts';
import {onlyFinished, someFinished} from './selector/only-finished.ts';
import {scaledToZero} from './selector/scaled-to-zero.ts';
import {severalWorkloads} from './selector/several-workloads.ts';
import {sharedSelector} from './selector/shared-selector.ts';
import {spansApplications} from './selector/spans-applications.ts';
import {endpointsCut, endpointsEdited, endpointTwice, foreignSlice, orphanSlice} from './slices/disagreement.ts';
import {endpointsNameDiffers, mirrorSkipped, noManualEndpoints, sliceLabelMissing} from './slices/no-endpoints.ts';
import {
  familyWithoutEndpoints,
  manualNotReady,
  sliceFamily,
  sliceFqdn,
  sliceOfServiceAddress,
  slicePortName,
  sliceSpareAddresses,
} from './slices/slice-shape.ts';

/** Every finding that there is, by code. Numbers by subject: 01 selectors, 02 readiness, 03 ports, 04 ways in, 05 policies, 06 names, 07 slices, 08 access, 09 configuration. */
export const RULES: readonly Rule[] = [
  matchesNoPod,
  scaledToZero,
  makesNoPods,
  spansApplications,
  onlyFinished,
  someFinished,
  nearlySelected,
  sharedSelector,
  severalWorkloads,
  unready,
  crash,
  readinessProbe,
  image,
  unschedulable,
  cannotStart,
  gate,
  startupProbe,
  nodeNotReady,
  init,
  onlyTerminating,
  starting,
  nodeMissing,
  slicesBehind,
  slicesMissing,
  probeTimesOut,
  staleCondition,
  readinessIgnored,
  preStopTooLong,
  noDrain,
  silentNode,
  namedPortMissing,
  namedPortOnSome,
  namedPortProtocol,
  mixedNumbers,
  undeclared,
  portLost,
  sameNumber,
  appProtocolPrefix,
  appProtocolContradicts,
  loopback,
  nobodyListens,
  loopbackOnly,
  clientPort,
  otherProtocol,
  closesUnasked,
  timesOut,
  udpSenders,
  loadBalancerPending,
  loadBalancerFailed,
  serviceLbPort,
  localNodePort,
  localHealthCheck,
  excludedNodes,
  rangesLeaveNodePorts,
  rangesOfOtherFamily,
  rangesWithoutEffect,
  nodePortTaken,
  nodePortOutOfRange,
  localCluster,
  addressTaken,
  clientAddress,
  localWithoutNode,
  balancerFamily,
  pathFails,
  healthCheckDiffers,
  internalLocal,
  topologyHintsOff,
  topologyValue,
  hintsIncomplete,
  topologyBoth,
  distributionUnknown,
  zoneOverloaded,
  nodesWithoutZone,
  affinityBehindProxy,
  affinityHeadless,
  localIgnoresHints,
  unevenLocal,
  oneConnection,
  selfCalls,
  externalNameAddress,
  externalNamePorts,
  externalNameHost,
  externalNameInside,
  externalNameShort,
  peersWait,
  governingMissing,
  goneInDns,
  subdomainUnserved,
  hostNetworkDns,
  slowDns,
  searchListFirst,
  otherNamespace,
  certificateOfOther,
  headlessPort,
  srvMissing,
  noManualEndpoints,
  sliceLabelMissing,
  endpointsNameDiffers,
  slicePortName,
  sliceFamily,
  sliceFqdn,
  endpointsEdited,
  mirrorSkipped,
  endpointsCut,
  endpointTwice,
  orphanSlice,
  sliceOfServiceAddress,
  sliceSpareAddresses,
  foreignSlice,
  familyWithoutEndpoints,
  manualNotReady,
  policyServicePort,
  policyAdmitsNobody,
  policyShutsOutside,
  policyShutsDns,
  ingressServiceMissing,
  ingressPortMissing,
  routeServiceMissing,
  routePortMissing,
  externalIPs,
  ipvs,
  loopbackNodePorts,
  endpointsKind,
  topologyOldKey,
  preferClose,
  variableClash,
  variablesMissing,
  invalidPackets,
  loadBalancerIP,
  sourceRangesAnnotation,
  tolerateUnready,
  otherProxy,
  deletionBlocked,
];
