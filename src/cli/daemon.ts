// The entry of the sandbox's process. It does nothing but call: a bundle may lay shared modules into an entry, which others then import.
import('./run-daemon.ts').then(({runDaemon}) => runDaemon(process.argv[2] ?? '{}'));

export {};
