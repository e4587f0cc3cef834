import {readFileSync} from 'node:fs';

/** Clock ticks a second, as every Linux of today reports them. */
const TICKS = 100;

/** Processor time that a process has used, in seconds; null where there is no /proc. */
export function cpuSecondsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return null; // another system: the row is left out
  }
}
