import { setTimeout as delay } from 'node:timers/promises';
import { holdsCookie, killWhere } from '../stray/kill-strays.js';
import { listPids, readProcess, readProcFile, sendSignal } from '../stray/processes.js';

const LONGEST_PAUSE_MS = 50;
const FIRST_SAMPLE_MS = 50;
const SAMPLE_MS = 250;

/** Ids of the living processes of a session. The family of a step is the session that its leader started. */
export function listFamily(session: number): number[] {
  return listPids().filter((pid) => readProcess(pid)?.session === session);
}

/** Signals the leader's group at once, then those of its session that moved to a group of their own, e.g. timeout(1). */
export function signalFamily(leader: number, signal: NodeJS.Signals): void {
  sendSignal(-leader, signal);
  for (const pid of listPids()) {
    const entry = readProcess(pid);
    if (entry?.session === leader && entry.group !== leader) sendSignal(pid, signal);
  }
}

/** Resolves when nobody but the watcher is left of the family, or `enough` says so. */
export async function waitForFamily(leader: number, watcher: number, enough: () => boolean): Promise<void> {
  for (
    let pause = 1;
    !enough() && listFamily(leader).some((pid) => pid !== watcher);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  ) {
    await delay(pause);
  }
}

/**
 * Kills whoever is left of a family, wherever in the process tree the cookie finds them ('' for no cookie), and waits
 * until they are gone or `enough` says so.
 */
export async function clearFamily(leader: number, cookie: string, enough: () => boolean): Promise<void> {
  // The watcher is still there, so that the group's number can't be somebody else's yet.
  sendSignal(-leader, 'SIGKILL');
  const killed = killWhere(({ pid, session }) => session === leader || (cookie !== '' && holdsCookie(pid, cookie)));
  for (let pause = 1; killed.some(readProcess) && !enough(); pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    await delay(pause);
  }
}

/** Watches the peak resident memory, in bytes, of the family's largest process; 0 when it was too short to be seen. */
export function watchMemory(leader: number): { stop(): number } {
  let peak = 0;
  const sample = (): void => {
    for (const pid of listFamily(leader)) {
      const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readProcFile(pid, 'status'))?.[1];
      // The leader is ours, not the step's.
      if (pid !== leader && kibibytes !== undefined) peak = Math.max(peak, Number(kibibytes) * 1024);
    }
  };
  const first = setTimeout(sample, FIRST_SAMPLE_MS);
  const others = setInterval(sample, SAMPLE_MS);
  return {
    stop() {
      clearTimeout(first);
      clearInterval(others);
      return peak;
    },
  };
}
