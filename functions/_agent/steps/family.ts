import { setTimeout as delay } from 'node:timers/promises';
import { holdsCookie, killWhere } from '../stray/kill-strays.js';
import {
  listPids,
  type ProcessEntry,
  readNewestPid,
  readProcess,
  readProcFile,
  sendSignal,
} from '../stray/processes.js';

const LONGEST_PAUSE_MS = 50;
const FIRST_SAMPLE_MS = 50;
const SAMPLE_MS = 250;

/**
 * Who descends from a leader: its session, and those that left it, since a process once seen stays known after its parents
 * are gone.
 */
export interface Kin {
  /** Looks at those of all processes that are new or of the family; answers the family that lives. */
  look(): ProcessEntry[];
  has(entry: ProcessEntry): boolean;
}

export function createKin(leader: number): Kin {
  const known = new Map<number, number>();
  // Descent doesn't change: who was no kin is not read again until its number may be another's.
  let strangers: ReadonlySet<number> = new Set();
  let newest = Number.NaN;
  const has = ({ pid, startedAt, session }: ProcessEntry) => session === leader || known.get(pid) === startedAt;
  return {
    has,
    look() {
      const before = newest;
      newest = readNewestPid();
      const wrapped = !(newest >= before);
      const pids = listPids();
      const isStranger = (pid: number) => !wrapped && pid < before && strangers.has(pid);
      const entries = pids.filter((pid) => !isStranger(pid)).flatMap((pid) => readProcess(pid) ?? []);
      const alive = new Map(entries.map((entry) => [entry.pid, entry]));
      // Children follow their parents, whatever the order of their ids.
      for (let size = -1; size !== known.size; ) {
        size = known.size;
        for (const entry of entries) {
          const above = alive.get(entry.parent);
          if (has(entry) || (above !== undefined && has(above))) known.set(entry.pid, entry.startedAt);
        }
      }
      const unrelated = entries.filter((entry) => !has(entry)).map(({ pid }) => pid);
      strangers = new Set([...pids.filter(isStranger), ...unrelated]);
      return entries.filter(has);
    },
  };
}

/** Signals the leader's group at once, then its kin that moved to a group of their own, e.g. timeout(1). */
export function signalFamily(leader: number, kin: Kin, signal: NodeJS.Signals): void {
  kin.look();
  sendSignal(-leader, signal);
  for (const { pid, group } of kin.look()) if (group !== leader) sendSignal(pid, signal);
}

/** Resolves when nobody but the watcher is left of the family, or `enough` says so. */
export async function waitForFamily(kin: Kin, watcher: number, enough: () => boolean): Promise<void> {
  for (
    let pause = 1;
    !enough() && kin.look().some(({ pid }) => pid !== watcher);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  ) {
    await delay(pause);
  }
}

/**
 * Kills whoever is left of a family, its kin and those that the cookie finds wherever they went ('' for no cookie), and waits
 * until they are gone or `enough` says so.
 */
export async function clearFamily(leader: number, kin: Kin, cookie: string, enough: () => boolean): Promise<void> {
  kin.look();
  // The watcher is still there, so that the group's number can't be somebody else's yet.
  sendSignal(-leader, 'SIGKILL');
  const killed = killWhere((entry) => kin.has(entry) || (cookie !== '' && holdsCookie(entry.pid, cookie)));
  for (let pause = 1; killed.some(readProcess) && !enough(); pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    await delay(pause);
  }
}

/** Watches who is of the family, and the peak resident memory of its largest process, in bytes; null when it was too short to be seen. */
export function watchFamily(leader: number, kin: Kin): { stop(): number | null } {
  let peak: number | null = null;
  const sample = (): void => {
    for (const { pid } of kin.look()) {
      const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readProcFile(pid, 'status'))?.[1];
      // The leader is ours, not the step's.
      if (pid !== leader && kibibytes !== undefined) peak = Math.max(peak ?? 0, Number(kibibytes) * 1024);
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
