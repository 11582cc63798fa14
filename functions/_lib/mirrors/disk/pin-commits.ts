import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Sha } from '../../core/names.js';
import { tryGit } from '../../git/run-git.js';
import { type DiskMirror, mirrorError } from './disk-mirror.js';
import { fetchAll, fetchCommit } from './fetch-upstream.js';
import { retryLocked } from './retry-locked.js';

const PINS = 'refs/raibid/keep/';

/** Pins a commit, fetching it when it is not there. False when there is no such commit, upstream included. */
export async function pinCommit(mirror: DiskMirror, sha: string): Promise<boolean> {
  if (!Sha.safeParse(sha).success) return false;
  if (await pinPresent(mirror, sha)) return true;
  await fetchAll(mirror);
  if (await pinPresent(mirror, sha)) return true;
  return (await fetchCommit(mirror, sha)) && pinPresent(mirror, sha);
}

/** One process: git resolves the name to a commit that is there, or makes no ref. */
async function pinPresent(mirror: DiskMirror, sha: string): Promise<boolean> {
  const args = ['update-ref', `${PINS}${sha}`, `${sha}^{commit}`];
  const answer = await retryLocked(mirror.path, mirror.locks, () => tryGit(args, { gitDir: mirror.path }));
  if (answer.ok) return isPinOf(mirror, sha);
  if (/not a valid SHA1/.test(answer.problem)) return false;
  throw await mirrorError(mirror, answer);
}

/** The id of an annotated tag resolves to its commit; such a pin is none. A ref that is not loose was pinned earlier. */
async function isPinOf(mirror: DiskMirror, sha: string): Promise<boolean> {
  const held = await readFile(join(mirror.path, PINS, sha), 'utf8').catch(() => sha);
  if (held.trim() === sha) return true;
  await deleteRefs(mirror, [{ ref: `${PINS}${sha}`, sha: held.trim() }]);
  return false;
}

/** Drops the pins of all commits that are not in `keep`. */
export async function unpinOthers(mirror: DiskMirror, keep: ReadonlySet<string>): Promise<void> {
  const answer = await tryGit(['for-each-ref', '--format=%(objectname) %(refname)', PINS], { gitDir: mirror.path });
  if (!answer.ok) throw await mirrorError(mirror, answer);
  const pins = answer.stdout.toString('utf8').split('\n').filter(Boolean);
  const refs = pins.map((line) => ({ sha: line.slice(0, line.indexOf(' ')), ref: line.slice(line.indexOf(' ') + 1) }));
  const others = refs.filter(({ ref }) => !keep.has(ref.slice(PINS.length)));
  if (others.length > 0) await deleteRefs(mirror, others);
}

async function deleteRefs(mirror: DiskMirror, refs: readonly { ref: string; sha: string }[]): Promise<void> {
  const input = refs.map(({ ref, sha }) => `delete ${ref}\0${sha}\0`).join('');
  const args = ['update-ref', '--stdin', '-z'];
  const answer = await retryLocked(mirror.path, mirror.locks, () => tryGit(args, { gitDir: mirror.path, input }));
  if (!answer.ok) throw await mirrorError(mirror, answer);
}
