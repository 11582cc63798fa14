import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RaibidError } from '../../errors.js';
import { type GitAnswer, shorten, tryGit } from '../../git/run-git.js';
import { type DiskMirror, mirrorError } from './disk-mirror.js';
import { convertToSha256, isRepository } from './make-mirror.js';
import { retryLocked } from './retry-locked.js';

const ALL_REFS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
const ASK_TIMEOUT_MS = 60_000;
const NOT_THERE = /not our ref|couldn't find remote ref|unadvertised object|no such remote ref|not found.*upload-pack/i;

/** Makes branches and tags equal to upstream's. */
export async function fetchAll(mirror: DiskMirror): Promise<void> {
  let answer = await fetchRefs(mirror, ['--prune', '--force'], ALL_REFS);
  if (!answer.ok && /mismatched algorithms: client sha1; server sha256/.test(answer.problem)) {
    await convertToSha256(mirror.path);
    answer = await fetchRefs(mirror, ['--prune', '--force'], ALL_REFS);
  }
  if (!answer.ok) throw await upstreamError(mirror, answer);
  await joinPacks(mirror);
}

/** Fetches one commit by its id; false when upstream does not have it. */
export async function fetchCommit(mirror: DiskMirror, sha: string): Promise<boolean> {
  const answer = await fetchRefs(mirror, [], [sha]);
  if (answer.ok) return true;
  if (answer.why === 'failed' && NOT_THERE.test(answer.problem)) return false;
  throw await upstreamError(mirror, answer);
}

/** Asks upstream where its HEAD points to; null when it is empty or its HEAD is detached. */
export async function askDefaultBranch(mirror: DiskMirror): Promise<string | null> {
  const answer = await tryGit(['ls-remote', '--symref', '--', 'origin', 'HEAD'], {
    gitDir: mirror.path,
    config: 'user',
    protocols: mirror.protocols,
    timeoutMs: ASK_TIMEOUT_MS,
  });
  if (!answer.ok) throw await upstreamError(mirror, answer);
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer.stdout.toString('utf8'))?.[1] ?? null;
}

function fetchRefs(mirror: DiskMirror, flags: readonly string[], refspecs: readonly string[]): Promise<GitAnswer> {
  // As packs, which appear whole: a commit whose fetch was killed half-way must not look as if it were there.
  const args = ['-c', 'fetch.unpackLimit=1', '-c', 'fetch.writeCommitGraph=false', 'fetch', '--quiet', ...flags];
  const quick = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules'];
  return retryLocked(mirror.path, mirror.locks, () =>
    tryGit([...args, ...quick, '--', 'origin', ...refspecs], {
      gitDir: mirror.path,
      config: 'user',
      protocols: mirror.protocols,
      timeoutMs: mirror.fetchTimeoutMs,
    }),
  );
}

/** Every fetch leaves a pack, and git looks into all of them; a failure is left to the next sync. */
async function joinPacks({ path, maxPacks }: DiskMirror): Promise<void> {
  const names = await readdir(join(path, 'objects/pack')).catch(() => []);
  if (names.filter((name) => name.endsWith('.pack')).length <= maxPacks) return;
  await tryGit(['repack', '--quiet', '-d', '--geometric=2'], { gitDir: path, timeoutMs: 10 * 60_000 });
}

async function upstreamError(mirror: DiskMirror, answer: GitAnswer & { ok: false }): Promise<RaibidError> {
  if (!(await isRepository(mirror.path))) return mirrorError(mirror, answer);
  if (/transport '.*' not allowed/.test(answer.problem)) {
    return new RaibidError('upstream-unsupported', `upstream of ${mirror.repo}: ${shorten(answer.problem)}`);
  }
  return new RaibidError('upstream-unreachable', `upstream of ${mirror.repo}: ${shorten(answer.problem)}`);
}
