import tls from 'node:tls';

/**
 * Makes a cluster's CA the whole of what the process trusts by default; for processes that speak TLS with that cluster alone. Connections
 * name the CA themselves and so trust it alone in any case; but as soon as one adds a CA, Node also parses the hundred and more public ones
 * that it brings, unless the default is another: a tenth of a short command.
 */
export function trustNobodyElse(ca: string): void {
  try {
    tls.setDefaultCACertificates?.([ca]);
  } catch {
    // no certificate: the connection says so
  }
}
