import type {LoadLive} from '../model/index.ts';
import type {LiveStyle} from '../render/load-live.ts';
import {untilInterrupted} from './until-interrupted.ts';

export interface LiveProgress {
  update(live: LoadLive): void;
  /** Takes the view away and Ctrl-C back to its usual meaning. */
  end(): void;
  /** Aborted by the first Ctrl-C, so that what was measured is still told; the second ends the process. */
  readonly signal: AbortSignal;
}

/** How far the load is, on stderr: some lines that are redrawn in place on a terminal, nothing in a pipe. */
export function liveProgress(wanted: boolean, render: (live: LoadLive, style: LiveStyle) => readonly string[]): LiveProgress {
  const {stderr} = process;
  const shown = wanted && stderr.isTTY === true && process.env['TERM'] !== 'dumb';
  const color = process.env['NO_COLOR'] === undefined;
  const interruption = untilInterrupted(['SIGINT']);
  let drawn = 0;
  /** Back to the first line that was drawn, and everything from there on away. */
  const back = (): string => `${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\r\u001b[J`;
  return {
    signal: interruption.signal,
    update(live) {
      if (!shown) return;
      const lines = render(live, {width: stderr.columns || 80, height: Math.min(20, (stderr.rows || 24) - 2), color});
      stderr.write(back() + lines.join('\n'));
      drawn = lines.length;
    },
    end() {
      interruption.release();
      if (drawn > 0) stderr.write(back());
      drawn = 0;
    },
  };
}
