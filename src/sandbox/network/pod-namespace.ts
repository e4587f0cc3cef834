import type {PodNetworkNamespace} from '../pod-network.ts';
import type {DatagramSocket, DatagramSocketOptions} from './datagrams.ts';
import {cutHost} from './network-host.ts';
import {createProcessNetwork, type ProcessAccess, type ProcessNetwork} from './program-network.ts';

/** A pod's network, with what the sandbox's own parts need beyond the contract. */
export interface SandboxPodNamespace extends PodNetworkNamespace {
  /** The same network for one process of the pod, which can be closed by itself when the process ends. */
  forProcess(): ProcessNetwork;
  /** A UDP socket in the pod. */
  openDatagram(options: DatagramSocketOptions): DatagramSocket;
}

export interface PodAccess extends ProcessAccess {
  readonly openDatagram: SandboxPodNamespace['openDatagram'];
  /** Takes the pod's addresses and names off the network. */
  readonly leave: () => void;
}

/** The network of one attached pod, for all of its processes. */
export function createPodNamespace(access: PodAccess): SandboxPodNamespace {
  const processes = new Set<ProcessNetwork>();
  const sockets = new Set<DatagramSocket>();
  const forProcess = (): ProcessNetwork => {
    const created = createProcessNetwork(access);
    processes.add(created);
    return {
      ...created,
      close(how) {
        processes.delete(created);
        created.close(how);
      },
    };
  };
  return {
    ...forProcess(),
    forProcess,
    openDatagram(options) {
      const opened = access.openDatagram(options);
      sockets.add(opened);
      return {
        ...opened,
        close() {
          sockets.delete(opened);
          opened.close();
        },
      };
    },
    connectLoopback: (port) => access.connect({host: '127.0.0.1', port}),
    detach() {
      for (const process of processes) process.close('reset');
      for (const socket of sockets) socket.close();
      access.leave();
      if (access.host.kind === 'Pod') cutHost(access.host);
    },
  };
}
