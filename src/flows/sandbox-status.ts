import {KiadaError} from '../errors.ts';
import type {KubeClient} from '../kube/index.ts';
import type {SandboxStatusResult} from '../model/index.ts';
import {kubeconfigPath} from './kubeconfig-file.ts';
import {sandboxDoor} from './sandbox-door.ts';
import {contextName, readState, type SandboxFiles, type SandboxState} from './sandbox-files.ts';

/** What is known of a sandbox, running or not. */
export async function sandboxStatus(files: SandboxFiles): Promise<SandboxStatusResult> {
  const base = {name: files.name, context: contextName(files.name), kubeconfig: kubeconfigPath(), dataDir: files.dataDir};
  const state = readState(files);
  const client = state === null ? null : await clientOf(state, files.name);
  const door = client === null ? null : await sandboxDoor(client).finally(() => client.close());
  if (state === null || door === null) {
    return {
      ...base,
      running: false,
      server: null,
      pid: null,
      startedAt: null,
      residentBytes: null,
      nodes: [],
      dns: null,
      socks5: null,
      nodePorts: [],
    };
  }
  const {pid, startedAt, residentBytes, nodes, dns, socks5, nodePorts} = door;
  return {...base, running: true, server: state.server, pid, startedAt, residentBytes, nodes, dns, socks5, nodePorts};
}

/** A client for a running sandbox by its own state file, whatever the kubeconfig says. */
export async function clientOf(state: SandboxState, name: string): Promise<KubeClient> {
  const {KubeClient: Client} = await import('../kube/index.ts');
  // not by `import`, which Node warns of in code that comes from the cache of bin/code-cache.js
  const {Agent} = process.getBuiltinModule('node:https');
  const agent = new Agent({keepAlive: true, ca: state.certificateAuthority, cert: state.clientCertificate, key: state.clientKey});
  return new Client({
    server: state.server,
    context: contextName(name),
    namespace: 'default',
    request: {agent, headers: {}},
    requestTimeoutMs: 30_000,
  });
}

/** The state of a sandbox that must run. */
export function requireRunning(files: SandboxFiles): SandboxState {
  const state = readState(files);
  if (state === null) throw new KiadaError('SANDBOX_NOT_RUNNING', `the sandbox "${files.name}" does not run`);
  return state;
}
