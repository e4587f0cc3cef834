import {defaultVolume} from './default-volume.ts';
import {type Container, containersOf, type Handler, type PodObject, type PodSpec, type PodTemplate, type Probe} from './types.ts';

/** What the v1 API fills into a Pod. Changes its argument. Upstream: pkg/apis/core/v1/defaults.go. */
export function defaultPod(pod: PodObject): void {
  pod.spec ??= {};
  defaultPodSpec(pod.spec);
  const {spec} = pod;
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  for (const {resources} of containersOf(spec)) {
    if (resources?.limits !== undefined) resources.requests = {...resources.limits, ...resources.requests};
  }
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork !== true) return;
  for (const port of containersOf(spec).flatMap(({ports}) => ports ?? [])) {
    if (!port.hostPort && port.containerPort !== undefined) port.hostPort = port.containerPort;
  }
}

/** What holds for templates as well. */
export function defaultPodTemplate(template: PodTemplate | undefined): void {
  if (template?.spec !== undefined) defaultPodSpec(template.spec);
}

function defaultPodSpec(spec: PodSpec): void {
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account) Object.assign(spec, {serviceAccountName: account, serviceAccount: account});
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of [...containersOf(spec), ...(spec.ephemeralContainers ?? [])]) defaultContainer(container);
}

function defaultContainer(container: Container): void {
  container.imagePullPolicy ||= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const {valueFrom} of container.env ?? []) {
    if (valueFrom?.fieldRef !== undefined) valueFrom.fieldRef.apiVersion ||= 'v1';
    if (valueFrom?.resourceFieldRef !== undefined) valueFrom.resourceFieldRef.divisor ??= '0';
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) defaultProbe(probe);
  defaultHandler(container.lifecycle?.postStart);
  defaultHandler(container.lifecycle?.preStop);
}

/** An image without tag and digest is the latest. */
function isLatest(image: string): boolean {
  const [name = '', digest] = image.split('@');
  const tag = /:([^:/]+)$/.exec(name)?.[1];
  return tag === 'latest' || (tag === undefined && digest === undefined);
}

function defaultProbe(probe: Probe | undefined): void {
  if (probe === undefined) return;
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.grpc !== undefined) probe.grpc.service ??= '';
  defaultHandler(probe);
}

function defaultHandler(handler: Handler | undefined): void {
  if (handler?.httpGet === undefined) return;
  handler.httpGet.path ||= '/';
  handler.httpGet.scheme ||= 'HTTP';
}
