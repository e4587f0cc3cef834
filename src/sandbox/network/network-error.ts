/** How a connection fails to come about, by the code that Node gives for it. */
export type NetworkErrorCode =
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EPIPE'
  | 'ETIMEDOUT'
  | 'EHOSTUNREACH'
  | 'ENETUNREACH'
  | 'ENOTFOUND'
  | 'EADDRINUSE'
  | 'EADDRNOTAVAIL'
  | 'EMSGSIZE';

const ERRNO: Readonly<Record<NetworkErrorCode, number>> = {
  ECONNREFUSED: -111,
  ECONNRESET: -104,
  EPIPE: -32,
  ETIMEDOUT: -110,
  EHOSTUNREACH: -113,
  ENETUNREACH: -101,
  ENOTFOUND: -3008,
  EADDRINUSE: -98,
  EADDRNOTAVAIL: -99,
  EMSGSIZE: -90,
};

/** An error of the virtual network with the fields that Node's own socket errors have. */
export class NetworkError extends Error {
  readonly code: NetworkErrorCode;
  readonly errno: number;
  readonly syscall: string;
  readonly address: string | undefined;
  readonly port: number | undefined;
  /** Why, in the words of the routing core where it decided. */
  readonly reason: string | null;
  constructor(
    code: NetworkErrorCode,
    syscall: string,
    where: {readonly address?: string; readonly port?: number} = {},
    reason: string | null = null,
  ) {
    super(`${syscall} ${code}${where.address === undefined ? '' : ` ${place(where.address, where.port)}`}`);
    this.name = 'Error'; // as Node prints its own
    this.code = code;
    this.errno = ERRNO[code];
    this.syscall = syscall;
    this.address = where.address;
    this.port = where.port;
    this.reason = reason;
  }
}

function place(address: string, port: number | undefined): string {
  return port === undefined ? address : `${address}:${port}`;
}
