import { isAbsolute, join, resolve } from 'node:path';
import { RepoName } from '../../core/names.js';
import { RaibidError } from '../../errors.js';
import type { ReadObjects } from '../../git/object-reader.js';
import { type GitAnswer, shorten } from '../../git/run-git.js';
import { isRepository } from './make-mirror.js';
import type { LockRules } from './retry-locked.js';

/** What every operation on one mirror needs. */
export interface DiskMirror {
  readonly repo: string;
  /** Absolute path of the bare repository. */
  readonly path: string;
  readonly protocols: readonly string[];
  /** The longest a fetch may take, ms. */
  readonly fetchTimeoutMs: number;
  /** With more packs than this they are joined. */
  readonly maxPacks: number;
  readonly locks: LockRules;
  readonly readObjects: ReadObjects;
}

/** Where a mirror lies: DIR/<owner>/<repo>.git. Throws `payload-invalid` for a name that is none. */
export function mirrorPath(directory: string, repo: string): string {
  if (!RepoName.safeParse(repo).success) {
    throw new RaibidError('payload-invalid', `repository ${JSON.stringify(repo.slice(0, 200))} must be owner/repo`);
  }
  return join(isAbsolute(directory) ? directory : resolve(directory), `${repo}.git`);
}

/** The error for a call on a mirror that failed: unknown when there is none. */
export async function mirrorError(mirror: DiskMirror, answer: GitAnswer & { ok: false }): Promise<RaibidError> {
  if (!(await isRepository(mirror.path)))
    return new RaibidError('mirror-unknown', `there is no mirror of ${mirror.repo}`);
  return new RaibidError('internal', `mirror of ${mirror.repo}: ${shorten(answer.problem)}`);
}
