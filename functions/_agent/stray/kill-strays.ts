import { basename, dirname } from 'node:path';
import { listPids, type ProcessEntry, readLink, readProcess, readProcFile, sendSignal } from './processes.js';

// A process that forks while it is being looked for is met in a later round.
const ROUNDS = 10;
const KERNEL_THREADS = 2;
/** Of a workspace's lock in every process of a step, unless it was closed. */
export const LOCK_DESCRIPTOR = 4;

/**
 * Kills every process that holds `cookie`, a whole entry of its environment such as `RAIBID_ATTEMPT_ID=<job>.<attempt>`, at
 * whatever place of the process tree it now is. An attempt's are known by their workspace's lock, too. The caller and its
 * ancestors are spared. Returns the ids of those killed; none where there is no /proc.
 */
export function killStrays(cookie: string): number[] {
  return killWhere(({ pid }) => holdsCookie(pid, cookie));
}

/** Kills every process that matches, but never the caller or its ancestors. Returns the ids of those killed. */
export function killWhere(matches: (entry: ProcessEntry) => boolean): number[] {
  const spared = listAncestors();
  const killed = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = listPids().filter((pid) => {
      const entry = spared.has(pid) ? null : readProcess(pid);
      return entry !== null && entry.parent !== KERNEL_THREADS && matches(entry);
    });
    for (const pid of found) if (sendSignal(pid, 'SIGKILL')) killed.add(pid);
    if (found.length === 0) break;
  }
  return [...killed];
}

/** Whether a process was started with this entry, `NAME=value`, in its environment, or in the workspace of this attempt. */
export function holdsCookie(pid: number, cookie: string): boolean {
  const [, name, value] = /^(RAIBID_[A-Z_]+)=(.+)$/.exec(cookie) ?? [];
  if (name === undefined || value === undefined) throw new TypeError(`not a cookie: ${cookie}`);
  const environ = readProcFile(pid, 'environ');
  // Files of processes are read as latin1, byte for byte.
  if (environ.split('\0').includes(Buffer.from(cookie).toString('latin1'))) return true;
  // A daemon that writes its title over its environment still has what it inherited.
  return name === 'RAIBID_ATTEMPT_ID' && basename(readWorkspace(pid)) === value;
}

/** Whether a process inherited the lock of a workspace in this directory, which is given by its real path. */
export function worksIn(pid: number, workDirectory: string): boolean {
  return dirname(readWorkspace(pid)) === workDirectory;
}

/** The workspace whose lock a process inherited; '' for none. */
function readWorkspace(pid: number): string {
  return /^(.+)\/lock(?: \(deleted\))?$/.exec(readLink(pid, LOCK_DESCRIPTOR))?.[1] ?? '';
}

function listAncestors(): Set<number> {
  const spared = new Set<number>();
  for (let pid = process.pid; pid > 0 && !spared.has(pid); pid = readProcess(pid)?.parent ?? 0) spared.add(pid);
  return spared;
}
