import {readFileSync} from 'node:fs';

/** What a process takes, in MB: now, and at the most so far. null where there is no /proc, or the process is gone. */
export function memoryOf(pid: number): {readonly nowMB: number; readonly peakMB: number} | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
    if (!/^VmRSS:/m.test(status)) return null; // it has ended, and nobody has asked how
    return {nowMB: (kilobytes('VmRSS') * 1_024) / 1e6, peakMB: (kilobytes('VmHWM') * 1_024) / 1e6};
  } catch {
    return null; // another system, or it has ended: what was seen before counts
  }
}
