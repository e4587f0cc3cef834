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
  // a line is a line where a program reads it; a person sees long ones with their rest below
  const lineStyle = {color: style.color, ...(style.interactive ? {width: style.width} : {})};
  if (!style.live || !style.interactive) return (change) => `${renderChange(change, lineStyle)}\n`;
  return liveTable(style);
}

/** The table of what is there, with the last change below it; first drawn when the present state is complete. */
function liveTable(style: PrinterStyle): (change: EndpointChange) => string {
  const present = new Map<string, EndpointStatus>();
  let synced = false;
  return (change) => {
    const key = `${change.service?.namespace}/${change.service?.name} ${(change.after ?? change.before)?.pod ?? ''} ${change.endpoint}`;
    if (change.after !== null) present.set(key, change.after);
    else present.delete(key);
    synced ||= change.type === 'synced';
    if (!synced) return '';
    const endpoints = [...present].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, status]) => status);
    const page = renderEndpoints({endpoints, notEndpoints: []}, {...style, wide: false, nowMs: Date.parse(change.time)}).split('\n');
    const last = renderChange(change, {color: style.color});
    return `${HOME_AND_CLEAR}${[...page.slice(0, Math.max(1, style.rows - 2)), last].join('\n')}\n`;
  };
}
