import {hostPort} from '../ip/index.ts';
import type {HttpGetAction} from './spec.ts';

/** Where a probe asks: the URL as the kubelet's messages print it, and what goes on the request line. */
export interface ProbeUrl {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly text: string;
}

/** The URL of an httpGet action. Source: kubernetes `pkg/probe/http/request.go`. */
export function probeUrl(action: HttpGetAction, host: string, port: number): ProbeUrl {
  const scheme = action.scheme?.toLowerCase() === 'https' ? 'https' : 'http';
  const path = requestPath(action.path ?? '/');
  return {scheme, host, port, path, text: `${scheme}://${hostPort(host, port)}${path}`};
}

/** Where a redirect leads; null for what is no URL of HTTP. */
export function redirectUrl(from: ProbeUrl, location: string): ProbeUrl | null {
  const url = URL.canParse(location, from.text) ? new URL(location, from.text) : null;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? {http: 80, https: 443}[scheme] : Number(url.port);
  return {scheme, host, port, path: `${url.pathname}${url.search}`, text: url.href};
}

/** A path as a manifest has it may lack the slash, hold blanks or a fragment. */
function requestPath(path: string): string {
  const rooted = path.startsWith('/') ? path : `/${path}`;
  const url = URL.canParse(`http://host${rooted}`) ? new URL(`http://host${rooted}`) : null;
  return url ? `${url.pathname}${url.search}` : encodeURI(rooted);
}
