import { RaibidError } from '../../errors.js';
import type { Mirrors } from '../mirrors.js';
import { createTurns } from './turns.js';

export interface CachedMirrorsOptions {
  /** Mirrors on a disk that belongs to this process alone and may be gone with its next start. */
  readonly disk: Mirrors;
  /** Upstream of a mirror; throws mirror-unknown. */
  readonly getUpstream: (repo: string) => Promise<string>;
}

/** Mirrors of a function without a shared disk: what is not there is fetched from upstream again, and agents fetch from upstream. */
export function openCachedMirrors({ disk, getUpstream }: CachedMirrorsOptions): Mirrors {
  const inTurn = createTurns();

  /** One call of a repository at a time, on a mirror that is there. */
  function withMirror<T>(repo: string, work: () => Promise<T>): Promise<T> {
    return inTurn(repo, async () => {
      await disk.ensure(repo, await getUpstream(repo));
      return work();
    });
  }

  /** What is read of a commit, which is fetched when it is not there. */
  async function readCommit<T>(repo: string, sha: string, read: () => Promise<T | null>): Promise<T | null> {
    const found = await read().catch((error: unknown) => {
      if (error instanceof RaibidError && error.code === 'mirror-unknown') return null;
      throw error;
    });
    if (found !== null) return found;
    return withMirror(repo, async () => ((await disk.pin(repo, sha)) ? read() : null));
  }

  return {
    ensure: (repo, upstream) => inTurn(repo, () => disk.ensure(repo, upstream)),
    sync: (repo) => withMirror(repo, () => disk.sync(repo)),
    refs: (repo) => withMirror(repo, () => disk.sync(repo)),
    defaultBranch: (repo) => withMirror(repo, () => disk.defaultBranch(repo)),
    pin: (repo, sha) => withMirror(repo, () => disk.pin(repo, sha)),
    unpinOthers: (repo, keep) => withMirror(repo, () => disk.unpinOthers(repo, keep)),
    readTop: (repo, sha, names) => readCommit(repo, sha, () => disk.readTop(repo, sha, names)),
    readMessage: (repo, sha) => readCommit(repo, sha, () => disk.readMessage(repo, sha)),
    url: getUpstream,
    remove: (repo) => inTurn(repo, () => disk.remove(repo)),
  };
}
