import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Start in the kernel's ticks: with the id it names one process for good. */
  readonly startedAt: number;
}

/** Ids of all processes that /proc shows; none where there is no /proc. */
export function listPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The number that was given to a process last; NaN where /proc doesn't say. They are given in order, then from the start again. */
export function readNewestPid(): number {
  try {
    return Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));
  } catch {
    return Number.NaN;
  }
}

/** A living process (zombies are not); null when it is gone. */
export function readProcess(pid: number): ProcessEntry | null {
  const stat = readProcFile(pid, 'stat');
  // The command's name, in parentheses, may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20);
  const [state, parent, group, session] = fields;
  if (stat === '' || state === 'Z' || state === 'X') return null;
  const startedAt = Number(fields[19]);
  return { pid, parent: Number(parent), group: Number(group), session: Number(session), startedAt };
}

/** Content of a file of a process; '' when the process is gone or not ours to read. */
export function readProcFile(pid: number, file: 'stat' | 'status' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** What a descriptor of a process is open on; '' when there is none, or it is not ours to see. */
export function readLink(pid: number, descriptor: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return '';
  }
}

/** Sends a signal; a process or group (negative id) that is gone already, or not ours, is left alone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
