import {createHash} from 'node:crypto';
import {openApiV2, openApiV3, openApiV3Paths} from '../schema/index.ts';
import type {Exchange} from './exchange.ts';
import {sendObject, sendText} from './respond.ts';

const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Texts of the documents: they never change while the server runs. */
const texts = new Map<string, string>();

/** Answers `/openapi/v2` and `/openapi/v3/…` as JSON. False for other paths. */
export async function serveOpenApi({path, request, response}: Exchange): Promise<boolean> {
  if (path === '/openapi/v2') {
    // kubectl takes nothing but protobuf here, and only asks for kinds that version 3 does not know: the empty document says just that
    if (/proto-openapi/.test(request.headers.accept ?? '')) sendText(response, 200, '', PROTOBUF);
    else sendText(response, 200, textOf('v2', openApiV2), 'application/json');
    return true;
  }
  if (path === '/openapi/v3' || path === '/openapi/v3/') {
    await sendObject(response, 200, {paths: Object.fromEntries(openApiV3Paths().map((key) => [key, {serverRelativeURL: urlOf(key)}]))});
    return true;
  }
  if (!path.startsWith('/openapi/v3/')) return false;
  const key = path.slice('/openapi/v3/'.length);
  if (!openApiV3Paths().includes(key)) return false;
  sendText(
    response,
    200,
    textOf(key, () => openApiV3(key) ?? {}),
    'application/json',
  );
  return true;
}

/** The hash makes the document cacheable for ever. */
function urlOf(key: string): string {
  const text = textOf(key, () => openApiV3(key) ?? {});
  return `/openapi/v3/${key}?hash=${createHash('sha256').update(text).digest('hex').toUpperCase()}`;
}

function textOf(key: string, make: () => object): string {
  const text = texts.get(key) ?? JSON.stringify(make());
  texts.set(key, text);
  return text;
}
