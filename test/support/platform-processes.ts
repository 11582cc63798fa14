import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listPids, readProcess, readProcFile, sendSignal } from '../../functions/_agent/stray/processes.js';

/** The living processes whose environment has this entry, `NAME=value`. */
export function findMarked(entry: string): number[] {
  return listPids().filter(
    (pid) =>
      pid !== process.pid && readProcess(pid) !== null && readProcFile(pid, 'environ').split('\0').includes(entry),
  );
}

/** Processes of an attempt's steps, wherever in the process tree they went. */
export function findSteps(job: string, attempt: number): number[] {
  return findMarked(`RAIBID_ATTEMPT_ID=${job}.${attempt}`);
}

/** Everything that a platform started: redis-server, agents, git, steps. */
export function findOffspring(data: string): number[] {
  return findMarked(`RAIBID_HOME_ID=${readFileSync(join(data, 'home-id'), 'utf8')}`);
}

/** The processes that descend from one, itself included. */
export function findTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of listPids()) {
    const entry = readProcess(pid);
    if (entry) parents.set(pid, entry.parent);
  }
  const tree = [root];
  // The list grows while it is walked.
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

export function isAlive(pid: number): boolean {
  return readProcess(pid) !== null;
}

export function killAll(pids: readonly number[]): void {
  for (const pid of pids) sendSignal(pid, 'SIGKILL');
}
