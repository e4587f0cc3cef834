/** What nginx was called for. */
export interface NginxOptions {
  readonly configPath: string;
  readonly globals: string;
  readonly action: 'serve' | 'test' | 'version';
}

/** Reads nginx's command line. Returns a sentence where something is wrong. */
export function readOptions(args: readonly string[]): NginxOptions | string {
  let configPath = '/etc/nginx/nginx.conf';
  let globals = '';
  let action: NginxOptions['action'] = 'serve';
  const rest = [...args];
  while (rest.length > 0) {
    const option = rest.shift() ?? '';
    if (option === '-t' || option === '-T' || option === '-q') action = 'test';
    else if (option === '-v' || option === '-V') action = 'version';
    else if (option === '-c' || option === '-g' || option === '-e' || option === '-p') {
      const value = rest.shift();
      if (value === undefined) return `option "${option}" requires ${option === '-g' ? 'parameter' : 'file name'}`;
      if (option === '-c') configPath = value.startsWith('/') ? value : `/etc/nginx/${value}`;
      if (option === '-g') globals = value;
    } else if (option === '-s') return 'signals are not available here; kubectl delete or the kubelet ends the container';
    else return `invalid option: "${option}"`;
  }
  return {configPath, globals, action};
}
