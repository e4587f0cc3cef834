import {records} from '../dns/index.ts';
import {endpointStatuses, notEndpoints, standingVariables} from '../endpoints/index.ts';
import type {ClusterView, DnsRecord, Finding, Observation, Service, ServiceDescription, Severity, Unknown} from '../model/index.ts';
import {serviceEvents} from './service-events.ts';
import {servicePaths} from './service-paths.ts';
import {summarize} from './service-summary.ts';

/** All that one page says about a Service: how to reach it, who answers, what is wrong. */
export function describeService(
  view: ClusterView,
  service: Service,
  checked: {
    readonly findings: readonly Finding[];
    readonly unknown: readonly Unknown[];
    readonly observed?: readonly Observation[] | undefined;
  },
): ServiceDescription {
  const endpoints = endpointStatuses(view, service);
  return {
    ...summarize(service, endpoints, worst(checked.findings)),
    selector: service.selector,
    labels: service.labels,
    annotations: service.annotations,
    internalTrafficPolicy: service.type === 'ExternalName' ? null : service.internalTrafficPolicy,
    externalTrafficPolicy: service.externalTrafficPolicy,
    sessionAffinity: {type: service.affinitySeconds === null ? 'None' : 'ClientIP', timeoutSeconds: service.affinitySeconds},
    trafficDistribution: service.trafficDistribution,
    publishNotReadyAddresses: service.publishNotReadyAddresses,
    ipFamilies: service.ipFamilies,
    routes: servicePaths(view, service),
    endpoints,
    notEndpoints: notEndpoints(view, service),
    dns: dnsOf(view, service),
    env: standingVariables(view, service).map(({name, value}) => ({name, value})),
    events: serviceEvents(view, service),
    observed: checked.observed ?? null,
    findings: checked.findings,
    unknown: checked.unknown,
  };
}

/** The worst severity among findings, or null. */
export function worst(findings: readonly Finding[]): Severity | null {
  const order: readonly Severity[] = ['error', 'warning', 'info'];
  return order.find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;
}

/** The records that this Service gives rise to: those under its name. */
function dnsOf(view: ClusterView, service: Service): readonly DnsRecord[] {
  const suffix = `${service.name}.${service.namespace}.svc.${view.options.clusterDomain}`;
  return records(view, {services: [service], reverse: false}).filter(
    (record) => record.name === suffix || record.name.endsWith(`.${suffix}`),
  );
}
