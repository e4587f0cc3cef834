import type {ForwardEvent} from '../model/index.ts';
import {plainText} from './safe-text.ts';

/** A line for what happens on a forwarded port. */
export function renderForward(event: ForwardEvent): string {
  switch (event.kind) {
    case 'listening':
      return plainText(`forwarding ${event.local} -> ${event.through}`);
    case 'connected':
      return plainText(`connection ${event.number} -> ${event.endpoint ?? 'the Service'}${event.pod === null ? '' : ` (${event.pod})`}`);
    case 'broken':
      return plainText(`connection ${event.number} broke: ${event.why}`);
    case 'failed':
      return plainText(`connection ${event.number} failed: ${event.why}`);
  }
}
