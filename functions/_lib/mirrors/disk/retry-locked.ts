import { stat, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { GitAnswer } from '../../git/run-git.js';

export interface LockRules {
  readonly now: () => number;
  /** Git holds these locks for milliseconds; one older than this (ms) was left by a process that was killed. */
  readonly staleMs: number;
}

const CONTENTION =
  /\.lock': (?:File exists|No such file or directory)|but expected [0-9a-f]{40}|reference already exists|unable to lock|could not lock/;
const LOCK_FILE = /^(?!remote:).*Unable to create '(?<path>\/[^']+\.lock)': File exists/gm;
const PAUSE_MS = 50;

/** Repeats a call that met another one's lock, removing locks that nobody holds any more; gives up after `staleMs` and a half. */
export async function retryLocked(
  gitDir: string,
  { now, staleMs }: LockRules,
  attempt: () => Promise<GitAnswer>,
): Promise<GitAnswer> {
  const end = now() + staleMs * 1.5;
  for (;;) {
    const answer = await attempt();
    if (answer.ok || answer.why !== 'failed' || !CONTENTION.test(answer.problem) || now() > end) return answer;
    const locks = [...answer.problem.matchAll(LOCK_FILE)].flatMap(({ groups }) => groups?.['path'] ?? []);
    const removed = await Promise.all(locks.map((lock) => removeStaleLock(gitDir, lock, now() - staleMs)));
    if (!removed.includes(true)) await delay(PAUSE_MS);
  }
}

async function removeStaleLock(gitDir: string, lock: string, staleBefore: number): Promise<boolean> {
  // The path comes out of a message, so it must be one of this repository.
  if (!lock.startsWith(`${gitDir}/`) || lock.includes('/../')) return false;
  try {
    if ((await stat(lock)).mtimeMs >= staleBefore) return false;
    await unlink(lock);
    return true;
  } catch {
    // Gone already: the next attempt shows whether that was all.
    return false;
  }
}
