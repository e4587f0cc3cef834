import type {ResolverConfig} from '../../../model/index.ts';
import type {Image} from '../../image.ts';
import {ContainerFiles} from '../files/container-files.ts';
import {joinPath, splitPath} from '../files/file-tree.ts';
import {MemoryTree} from '../files/memory-tree.ts';
import type {ContainerLog} from '../logs/container-log.ts';

export interface RootFilesInput {
  readonly image: Image;
  readonly hostname: string;
  readonly etcHosts: string;
  readonly resolver: ResolverConfig;
  /** Names of the commands that the image's shell has. */
  readonly commands: readonly string[];
  readonly log: ContainerLog;
  readonly readOnly: boolean;
}

const FOLDERS = [
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/mnt',
  '/opt',
  '/proc/1/fd',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/tmp',
  '/usr/bin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/share',
  '/var/lib',
  '/var/log',
  '/var/run',
  '/var/tmp',
];

/** A container's files before its volumes are mounted: the image's, the usual ones, and those that the kubelet manages. */
export function rootFiles(input: RootFilesInput): ContainerFiles {
  const tree = new MemoryTree();
  const base = new ContainerFiles(tree);
  for (const folder of FOLDERS) base.makeDirectories(folder);
  for (const [path, content] of Object.entries({...commonFiles(), ...input.image.files})) put(base, path, content);
  addCommands(base, input);
  addDevices(tree, input.log);
  put(base, '/etc/hostname', `${input.hostname}\n`);
  put(base, '/etc/hosts', input.etcHosts);
  put(base, '/etc/resolv.conf', formatResolvConf(input.resolver));
  if (input.image.workingDir) base.makeDirectories(input.image.workingDir);
  return input.readOnly ? withWritableDevices(tree) : base;
}

/** The text of a resolv.conf, in the order that container runtimes write it. */
export function formatResolvConf(config: ResolverConfig): string {
  const lines = [
    config.search.length > 0 ? `search ${config.search.join(' ')}` : null,
    ...config.nameservers.map((server) => `nameserver ${server}`),
    config.options.length > 0 ? `options ${config.options.join(' ')}` : null,
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}

function commonFiles(): Record<string, string> {
  return {
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    '/etc/group': 'root:x:0:\nnogroup:x:65534:\n',
    '/etc/os-release': 'NAME="kiada sandbox"\nID=kiada\nPRETTY_NAME="kiada sandbox (no Linux inside)"\n',
    '/etc/nsswitch.conf': 'hosts: files dns\n',
  };
}

function put(files: ContainerFiles, path: string, content: string): void {
  files.makeDirectories(joinPath(splitPath(path).slice(0, -1)));
  files.write(path, content);
}

/** Executables are listed where people look for them; what runs is found by name. */
function addCommands(files: ContainerFiles, input: RootFilesInput): void {
  const stubs = [
    ...(input.image.hasShell ? input.commands.map((name) => `/bin/${name}`) : []),
    ...Object.keys(input.image.programs).map((name) => `/usr/local/bin/${name}`),
  ];
  for (const stub of stubs) {
    if (files.exists(stub)) continue;
    files.write(stub, '');
    files.setMode(stub, 0o755);
  }
}

function addDevices(tree: MemoryTree, log: ContainerLog): void {
  const nothing = () => new Uint8Array();
  const ignore = () => {};
  tree.addDevice(['dev', 'null'], {read: nothing, write: ignore});
  tree.addDevice(['dev', 'zero'], {read: () => new Uint8Array(4096), write: ignore});
  tree.addDevice(['dev', 'urandom'], {read: () => crypto.getRandomValues(new Uint8Array(4096)), write: ignore});
  for (const [number, stream] of [
    ['1', 'stdout'],
    ['2', 'stderr'],
  ] as const) {
    tree.addDevice(['proc', '1', 'fd', number], {read: nothing, write: (bytes) => log.write(stream, bytes)});
  }
}

/** `readOnlyRootFilesystem` leaves the devices alone. */
function withWritableDevices(tree: MemoryTree): ContainerFiles {
  const files = new ContainerFiles(tree, {readOnly: true});
  files.mount('/dev', tree.below(['dev']), false);
  files.mount('/proc', tree.below(['proc']), false);
  return files;
}
