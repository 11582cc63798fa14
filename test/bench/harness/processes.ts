import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether a process is there and not just waiting for its parent to notice its end. */
export function isAlive(pid: number): boolean {
  const stat = readProc(pid, 'stat');
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** Waits until none of the processes is left; answers the ids that are left after the deadline. */
export async function waitForGone(pids: readonly number[], deadlineMs: number): Promise<number[]> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const left = pids.filter(isAlive);
    if (left.length === 0 || Date.now() > end) return left;
    await delay(1);
  }
}

/** A process and all that descend from it. */
export function listTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readProc(Number(name), 'stat') : '';
    if (stat !== '') parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const tree = [root];
  // The list grows while it is walked.
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

export interface Memory {
  /** Resident bytes; pages that processes share count for each of them. */
  readonly resident: number;
  /** The same with each shared page divided by the number of its users. */
  readonly proportional: number;
}

/** What processes hold together, in bytes. */
export function readMemory(pids: Iterable<number>): Memory {
  let resident = 0;
  let proportional = 0;
  for (const pid of pids) {
    const rollup = readProc(pid, 'smaps_rollup');
    const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? 0) * 1024;
    resident += read('Rss');
    proportional += read('Pss');
  }
  return { resident, proportional };
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
