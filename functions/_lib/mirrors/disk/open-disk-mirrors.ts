import { mkdtemp, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RaibidError } from '../../errors.js';
import { openObjectReader, type ReadObjects } from '../../git/object-reader.js';
import { parseUpstream } from '../../git/parse-upstream.js';
import { readCommitMessage, readTopFiles } from '../../git/read-commit.js';
import type { Mirrors } from '../mirrors.js';
import { type DiskMirror, mirrorPath } from './disk-mirror.js';
import { askDefaultBranch, fetchAll } from './fetch-upstream.js';
import { listRefs } from './list-refs.js';
import { isRepository, makeMirror, unfinishedPath } from './make-mirror.js';
import { pinCommit, unpinOthers } from './pin-commits.js';

export interface DiskMirrorsOptions {
  /** Holds <owner>/<repo>.git for every mirror; made when missing. */
  readonly directory: string;
  /** Local mode: upstreams may be paths, file:// and http to this machine. */
  readonly local: boolean;
  /** The longest a fetch may take, ms. Default: 10 min. */
  readonly fetchTimeoutMs?: number;
  /** A git lock older than this (ms) was left by a killed process. Default: 10 s. */
  readonly staleLockMs?: number;
  /** Packs are joined when a mirror has more. Default: 50. */
  readonly maxPacks?: number;
  readonly now?: () => number;
}

/** Mirrors as bare repositories on disk. Other processes may read them; one process at a time should sync them. */
export function openDiskMirrors(options: DiskMirrorsOptions): Mirrors {
  const {
    directory,
    local,
    fetchTimeoutMs = 10 * 60_000,
    staleLockMs = 10_000,
    maxPacks = 50,
    now = Date.now,
  } = options;
  const protocols = local ? ['https', 'ssh', 'file', 'http'] : ['https', 'ssh'];

  const reader = openObjectReader();

  function mirror(repo: string): DiskMirror {
    const path = mirrorPath(directory, repo);
    const readObjects = (names: readonly string[]) => reader.read(path, names);
    return { repo, path, protocols, fetchTimeoutMs, maxPacks, locks: { now, staleMs: staleLockMs }, readObjects };
  }

  async function present(repo: string): Promise<ReadObjects> {
    const { path, readObjects } = mirror(repo);
    if (!(await isRepository(path))) throw new RaibidError('mirror-unknown', `there is no mirror of ${repo}`);
    return readObjects;
  }

  return {
    async ensure(repo, upstream) {
      const { path } = mirror(repo);
      await makeMirror(path, parseUpstream(upstream, { local }).url, now);
    },
    async sync(repo) {
      await fetchAll(mirror(repo));
      return listRefs(mirror(repo));
    },
    refs: async (repo) => listRefs(mirror(repo)),
    defaultBranch: async (repo) => askDefaultBranch(mirror(repo)),
    pin: async (repo, sha) => pinCommit(mirror(repo), sha),
    unpinOthers: async (repo, keep) => unpinOthers(mirror(repo), keep),
    readTop: async (repo, sha, names) => readTopFiles(await present(repo), sha, names),
    readMessage: async (repo, sha) => (await readCommitMessage(await present(repo), sha))?.trim() ?? null,
    url: async (repo) => mirror(repo).path,
    async remove(repo) {
      const { path } = mirror(repo);
      reader.close(path);
      await removeMirror(path);
    },
  };
}

/** Renamed first: nobody meets a mirror that is half gone. */
async function removeMirror(path: string): Promise<void> {
  const doomed = await mkdtemp(unfinishedPath(path)).catch(() => null);
  if (doomed === null) return;
  await rename(path, join(doomed, 'old')).catch(() => undefined);
  await rm(doomed, { recursive: true, force: true });
  // The owner's folder goes with its last mirror.
  await rmdir(dirname(path)).catch(() => undefined);
}
