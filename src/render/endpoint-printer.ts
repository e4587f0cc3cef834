import type {EndpointChange, EndpointStatus} from '../model/index.ts';
import {renderChange, renderEndpoints} from './endpoints.ts';

export interface PrinterStyle {
  readonly width: number;
  readonly color: boolean;
  readonly interactive: boolean;
  readonly json: boolean;
  readonly live: boolean;
  /** Height of the terminal. */
  readonly rows: number;
}

const HOME_AND_CLEAR = '\u001b[H\u001b[J';

/** Turns changes into what is to be printed for each: a JSON line, a line for people, or (live, on a terminal) the whole table anew. */
export function endpointPrinter(style: PrinterStyle): (change: EndpointChange) => string {
  if (style.json) return (change) => `${JSON.stringify(change)}\n`;
  if (!style.live || !style.interactive) return (change) => `${renderChange(change, style)}\n`;
  const present = new Map<string, EndpointStatus>();
  return (change) => {
    const key = `${change.service?.namespace}/${change.service?.name}/${change.endpoint}`;
    if (change.after !== null) present.set(key, change.after);
    else present.delete(key);
    const endpoints = [...present.values()];
    const lines = renderEndpoints({endpoints, notEndpoints: []}, {...style, wide: false, nowMs: Date.parse(change.time)}).split('\n');
    return `${HOME_AND_CLEAR}${[...lines.slice(0, style.rows - 2), renderChange(change, style)].join('\n')}`;
  };
}
