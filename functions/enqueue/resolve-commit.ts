import { GitRef, isBranch, shortRef } from '#lib/core/names.js';
import { RaibidError } from '#lib/errors.js';
import type { Mirrors } from '#lib/mirrors/mirrors.js';
import type { Mirror } from '#lib/redis/mirrors.js';

export interface Commit {
  readonly ref: string;
  readonly sha: string;
}

/** The commit that a request names: by ref, by id, by both, or the head of the default branch. Throws ref-unknown, commit-unknown. */
export async function resolveCommit(
  mirrors: Mirrors,
  mirror: Mirror,
  request: { readonly ref?: string | undefined; readonly sha?: string | undefined },
): Promise<Commit> {
  const refs = await mirrors.refs(mirror.repo);
  const ref = findRef(refs, mirror, request);
  const sha = request.sha ?? refs.get(ref);
  if (!sha) throw new RaibidError('ref-unknown', `${mirror.repo} has no branch or tag ${shortRef(ref)}`);
  if (!(await mirrors.pin(mirror.repo, sha))) {
    throw new RaibidError('commit-unknown', `${mirror.repo} has no commit ${sha}`);
  }
  return { ref, sha };
}

function findRef(
  refs: ReadonlyMap<string, string>,
  mirror: Mirror,
  { ref, sha }: { readonly ref?: string | undefined; readonly sha?: string | undefined },
): string {
  if (ref !== undefined) {
    const names = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
    const found = names.find((name) => GitRef.safeParse(name).success && refs.has(name));
    if (found) return found;
    throw new RaibidError('ref-unknown', `${mirror.repo} has no branch or tag ${ref}`);
  }
  const atCommit = [...refs].filter(([name, head]) => isBranch(name) && head === sha).map(([name]) => name);
  return atCommit[0] ?? `refs/heads/${mirror.defaultBranch || 'main'}`;
}
