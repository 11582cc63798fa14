import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Sha } from '../../core/names.js';
import { RaibidError } from '../../errors.js';
import { tryGit } from '../../git/run-git.js';
import { type DiskMirror, mirrorError } from './disk-mirror.js';
import { fetchAll, fetchCommit } from './fetch-upstream.js';
import { isRepository } from './make-mirror.js';
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

/** Pins a commit that is there. The pin is written as git writes a loose ref, without a process: hundreds of pushes a second pass here. */
async function pinPresent(mirror: DiskMirror, sha: string): Promise<boolean> {
  if (!(await isRepository(mirror.path)))
    throw new RaibidError('mirror-unknown', `there is no mirror of ${mirror.repo}`);
  const [object] = await mirror.readObjects([sha]);
  // The id of an annotated tag is none of a commit.
  if (object?.type !== 'commit' || object.id !== sha) return false;
  const folder = join(mirror.path, PINS);
  const unfinished = join(folder, `.${sha}.${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  await writeFile(unfinished, `${sha}\n`);
  await rename(unfinished, join(folder, sha));
  return true;
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
