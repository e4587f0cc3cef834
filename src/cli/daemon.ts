// The entry of the sandbox's process. It does nothing but call: a bundle may lay shared modules into an entry, which others then import.
const {runDaemon} = await import('./run-daemon.ts');
await runDaemon(process.argv[2] ?? '{}');

export {};
