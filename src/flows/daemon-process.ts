import {existsSync, readFileSync} from 'node:fs';

/**
 * Whether a process of that id runs and is a sandbox's daemon: ids are used again, and a stranger must be neither trusted nor ended.
 * Where the system does not tell a process's command line (anywhere but on Linux), every living process counts.
 */
export function isDaemon(pid: number): boolean {
  const command = commandLine(pid);
  return command === null ? answersSignals(pid) : command.includes('"dataDir":');
}

/** What a process was started with, '' where none runs; null where the system has no such file. */
function commandLine(pid: number): string | null {
  if (!existsSync('/proc/self/cmdline')) return null;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return '';
    throw error;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
