/** Where a `mongodb://` URI points to. */
export interface MongoAddress {
  readonly hosts: readonly {readonly host: string; readonly port: number}[];
  readonly database: string;
}

/** Reads a connection string; a bare HOST[:PORT] will do too. Returns a sentence where it asks for what this client does not have. */
export function parseMongoAddress(uri: string): MongoAddress | string {
  if (uri.startsWith('mongodb+srv://')) return `mongodb+srv is not supported, name the hosts: ${uri}`;
  const match = /^(?:mongodb:\/\/)?(?:([^@/]*)@)?([^/?]+)(?:\/([^?]*))?(?:\?.*)?$/.exec(uri);
  if (match === null) return `not a MongoDB address: ${uri}`;
  const [, user, hosts = '', database] = match;
  if (user !== undefined) return 'a MongoDB that asks for a user is not supported';
  const parsed = hosts.split(',').map(parseHost);
  if (parsed.some((host) => host === null)) return `not a MongoDB address: ${uri}`;
  return {hosts: parsed.filter((host) => host !== null), database: database || 'kiada'};
}

function parseHost(text: string): {host: string; port: number} | null {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  return {host: match[1] ?? match[2] ?? '', port: Number(match[3] ?? 27_017)};
}
