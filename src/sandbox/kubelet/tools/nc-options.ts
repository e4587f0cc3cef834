/** What netcat was asked for. */
export interface NcOptions {
  listen: boolean;
  scan: boolean;
  verbose: boolean;
  keepOpen: boolean;
  udp: boolean;
  timeoutMs: number | null;
  words: string[];
  port: number | null;
}

/** What the kernel says to each code. */
export const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ETIMEDOUT: 'Operation timed out',
  EHOSTUNREACH: 'Host is unreachable',
  ENETUNREACH: 'Network is unreachable',
  ECONNRESET: 'Connection reset by peer',
};

/** Reads netcat's command line, without its name. */
export function parseNc(args: readonly string[]): NcOptions {
  const options: NcOptions = {
    listen: false,
    scan: false,
    verbose: false,
    keepOpen: false,
    udp: false,
    timeoutMs: null,
    words: [],
    port: null,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!/^-[a-z]/i.test(arg)) {
      options.words.push(arg);
      continue;
    }
    for (const letter of arg.slice(1).replace(/\d+$/, '')) {
      if (letter === 'l') options.listen = true;
      if (letter === 'z') options.scan = true;
      if (letter === 'v') options.verbose = true;
      if (letter === 'k') options.keepOpen = true;
      if (letter === 'u') options.udp = true;
      if (letter !== 'w' && letter !== 'p') continue;
      const value = Number(/\d+$/.exec(arg)?.[0] ?? rest.shift());
      if (letter === 'w') options.timeoutMs = value * 1000;
      else options.port = value;
    }
  }
  return options;
}
