import {type Clock, systemClock} from '../../probe/index.ts';
import type {Api} from '../api.ts';
import type {Controller, ControllerOptions} from './controller.ts';
import {startEndpointSliceController} from './endpoint-slice-controller.ts';
import {startEndpointsController} from './endpoints-controller.ts';
import {startGarbageCollector} from './garbage-collector.ts';
import {type AddressRange, startLoadBalancerController} from './load-balancer-controller.ts';
import {startMirroringController} from './mirroring-controller.ts';
import {startNamespaceController} from './namespace-controller.ts';
import {NODE_MONITOR_GRACE_MS, startNodeLifecycleController} from './nodes/node-lifecycle-controller.ts';
import {startPodGarbageCollector} from './nodes/pod-garbage-collector.ts';
import {startTaintEvictionController} from './nodes/taint-eviction-controller.ts';
import {startScheduler} from './scheduler/scheduler.ts';
import {startVolumeController} from './volume-controller.ts';
import {restAfter} from './work-queue.ts';
import {startDaemonSetController} from './workloads/daemon-set-controller.ts';
import {startDeploymentController} from './workloads/deployment-controller.ts';
import {startJobController} from './workloads/job-controller.ts';
import {startReplicaSetController} from './workloads/replica-set-controller.ts';
import {startStatefulSetController} from './workloads/stateful-set-controller.ts';

export interface ControllersOptions {
  /** The machine's own where none is given. */
  readonly clock?: Clock;
  /** How long a controller lets a key rest after a look that took so long, in milliseconds; by default as befits a large cluster. */
  readonly restAfter?: (tookMs: number) => number;
  readonly log: (message: string) => void;
  /** Addresses for load balancers, one range per family at the most. */
  readonly loadBalancerRanges?: readonly AddressRange[];
  /** PEM of the certificate authority, for the ConfigMap `kube-root-ca.crt` of each namespace. */
  readonly caCertificate: string;
  /** How long a kubelet may be silent before its node counts as unreachable. 50 s by default, as in kube-controller-manager. */
  readonly nodeMonitorGraceMs?: number;
}

/** The last addresses of the nodes' networks. */
const LOAD_BALANCER_RANGES: readonly AddressRange[] = [
  {first: '172.18.255.200', last: '172.18.255.254'},
  {first: 'fd00:172:18::ff:200', last: 'fd00:172:18::ff:2ff'},
];

/** Starts all controllers of the sandbox; what they need to exist (namespaces, the default StorageClass) exists when this returns. */
export function startControllers(api: Api, options: ControllersOptions): Controller {
  const shared: ControllerOptions = {clock: options.clock ?? systemClock, log: options.log, restAfter: options.restAfter ?? restAfter};
  const running = [
    startNamespaceController(api, {...shared, caCertificate: options.caCertificate}),
    startGarbageCollector(api, shared),
    startVolumeController(api, shared),
    startScheduler(api, shared),
    startEndpointSliceController(api, shared),
    startEndpointsController(api, shared),
    startMirroringController(api, shared),
    startLoadBalancerController(api, {...shared, ranges: options.loadBalancerRanges ?? LOAD_BALANCER_RANGES}),
    startDeploymentController(api, shared),
    startReplicaSetController(api, shared),
    startStatefulSetController(api, shared),
    startDaemonSetController(api, shared),
    startJobController(api, shared),
    startNodeLifecycleController(api, {...shared, graceMs: options.nodeMonitorGraceMs ?? NODE_MONITOR_GRACE_MS}),
    startTaintEvictionController(api, shared),
    startPodGarbageCollector(api, shared),
  ];
  return {
    close: () => {
      for (const controller of running.reverse()) controller.close();
    },
  };
}
