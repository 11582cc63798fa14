import { setTimeout as delay } from 'node:timers/promises';
import { GitRef, isBranch, shortRef } from '#lib/core/names.js';
import { messageOf, RaibidError } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
import { cancelRef, listLiveJobs } from '#lib/redis/jobs.js';
import { withLock } from '#lib/redis/locks.js';
import { announceHead, dropHead, type Mirror, readHeads, recordHeads, recordSync } from '#lib/redis/mirrors.js';
import { noteTrail } from '#lib/redis/trail.js';
import { ulid } from 'ulid';
import { matchesTagRule } from './judge-delivery.js';

type Context = Pick<FunctionContext, 'room' | 'mirrors' | 'now' | 'random'>;

/** How long one who finds a repository busy waits for it, and how often it looks, in milliseconds. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/** Does something with a repository while nobody else does; throws `mirror-busy` when somebody is at it for long. */
export async function withMirror<T>({ room, now, random }: Context, repo: string, work: () => Promise<T>): Promise<T> {
  const owner = ulid(now(), random);
  for (const end = now() + PATIENCE_MS; ; await delay(LOOK_MS)) {
    const done = await withLock(room, { name: `mirror:${repo}`, owner, ttlMs: 30_000 }, work);
    if (done.locked) return done.value;
    if (now() >= end) throw new RaibidError('mirror-busy', `another sync of ${repo} is running`);
  }
}

/** Fetches upstream and does something with its refs; how it went is recorded with the mirror. */
async function syncWith<T>(
  { room, mirrors, now }: Context,
  repo: string,
  use: (refs: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  try {
    const refs = await mirrors.sync(repo);
    const defaultBranch = (await mirrors.defaultBranch(repo)) ?? undefined;
    const value = await use(refs);
    await recordSync(room, repo, { at: now(), ...(defaultBranch && { defaultBranch }) });
    return value;
  } catch (error) {
    await recordSync(room, repo, { problem: messageOf(error) });
    throw error;
  }
}

/** The first sync: records where the refs are and builds nothing; with `build`, the default branch. */
export async function syncFirst(context: Context, mirror: Mirror, { build }: { build: boolean }): Promise<void> {
  const { room, mirrors } = context;
  const { repo } = mirror;
  async function recordRefs(refs: ReadonlyMap<string, string>): Promise<void> {
    await recordHeads(room, repo, refs);
    const branch = build ? await mirrors.defaultBranch(repo) : null;
    const ref = `refs/heads/${branch ?? ''}`;
    const sha = refs.get(ref);
    if (sha) await announce(context, repo, ref, sha, { building: true });
  }
  await withMirror(context, repo, () => syncWith(context, repo, recordRefs));
}

/** Brings a mirror in step with upstream: announces what moved, follows what was deleted. Returns how many refs were announced. */
export async function reconcileMirror(context: Context, mirror: Mirror): Promise<number> {
  const { room, mirrors } = context;
  const { repo } = mirror;
  // Its first sync was cut short: what was there then is not built now.
  if (mirror.syncedAt === null) {
    await syncFirst(context, mirror, { build: false });
    return 0;
  }
  async function announceRefs(refs: ReadonlyMap<string, string>): Promise<number> {
    const heads = await readHeads(room, repo);
    let announced = 0;
    for (const [ref, sha] of refs) {
      if (heads.get(ref) === sha) continue;
      if (!isBranch(ref) && !matchesTagRule(mirror, ref)) continue;
      if (!GitRef.safeParse(ref).success) {
        await passOver(room, repo, ref, sha);
        continue;
      }
      if (await announce(context, repo, ref, sha, { building: false })) announced += 1;
    }
    for (const ref of heads.keys()) {
      if (!refs.has(ref)) await followDeletion(context, repo, ref);
    }
    const live = await listLiveJobs(room, Number.MAX_SAFE_INTEGER);
    await mirrors.unpinOthers(repo, new Set(live.filter((job) => job.repo === repo).map((job) => job.sha)));
    return announced;
  }
  return withMirror(context, repo, () => syncWith(context, repo, announceRefs));
}

async function announce(
  { room, mirrors, now }: Context,
  repo: string,
  ref: string,
  sha: string,
  { building }: { building: boolean },
): Promise<boolean> {
  if (!(await mirrors.pin(repo, sha))) return false;
  const message = ((await mirrors.readMessage(repo, sha)) ?? '').slice(0, 500);
  const head = { repo, ref, sha, seq: '', message };
  return (await announceHead(room, head, { building, now: now() })) === 'announced';
}

/** A ref whose name we don't take, as the webhook doesn't either: known from now on, so that it is told once. */
async function passOver(room: Context['room'], repo: string, ref: string, sha: string): Promise<void> {
  await dropHead(room, repo, ref);
  await recordHeads(room, repo, new Map([[ref, sha]]));
  const name = shortRef(ref);
  await noteTrail(room, sha, 'ref-unsupported', `the name ${name} has characters that raibid does not take`);
}

/** A ref is gone upstream: it is no head any more, and its jobs are cancelled. */
export async function followDeletion({ room }: Pick<Context, 'room'>, repo: string, ref: string): Promise<void> {
  await dropHead(room, repo, ref);
  await cancelRef(room, repo, ref, 'branch-deleted');
}
