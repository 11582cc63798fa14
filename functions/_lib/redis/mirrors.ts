import { z } from 'zod';
import { makeEvent } from '#lib/core/event.js';
import { RaibidError } from '#lib/errors.js';
import { keys } from './keys.js';
import { parseReply } from './reply.js';
import type { Room } from './room.js';

/** A repository we keep in step with its upstream. Times are Unix milliseconds. */
export interface Mirror {
  readonly repo: string;
  readonly upstream: string;
  /** Patterns of tags that are built; none by default. */
  readonly tags: readonly string[];
  /** Most jobs of the repository that may be ready or running at once; 0 for no limit. */
  readonly limit: number;
  /** Short name of upstream's default branch; '' while it is not known. */
  readonly defaultBranch: string;
  readonly createdAt: number;
  readonly syncedAt: number | null;
  /** Why the last sync failed; null when it did not. */
  readonly problem: string | null;
}

const optional = <T>(schema: z.ZodType<T>) => z.union([z.literal('').transform(() => null), schema]).default(null);
const MirrorHash = z.object({
  upstream: z.string(),
  tags: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  limit: z.coerce.number(),
  defaultBranch: z.string().default(''),
  createdAt: z.coerce.number(),
  syncedAt: optional(z.coerce.number()),
  problem: optional(z.string()),
});

export async function findMirror(room: Room, repo: string): Promise<Mirror | null> {
  const hash = await room.redis.hgetall(keys.mirror(repo));
  return Object.keys(hash).length === 0 ? null : { repo, ...MirrorHash.parse(hash) };
}

/** Upstream of a mirror. Throws mirror-unknown. */
export async function getUpstream(room: Room, repo: string): Promise<string> {
  const mirror = await findMirror(room, repo);
  if (!mirror) throw new RaibidError('mirror-unknown', `there is no mirror of ${repo}`);
  return mirror.upstream;
}

export async function listMirrors(room: Room): Promise<Mirror[]> {
  const repos = await room.redis.zrange(keys.mirrors, '0', '-1');
  const mirrors = await Promise.all(repos.map((repo) => findMirror(room, repo)));
  return mirrors.filter((mirror) => mirror !== null);
}

/** Makes a mirror or changes its settings; a higher limit lets held jobs go. */
export async function saveMirror(
  room: Room,
  { repo, upstream, tags, limit }: Pick<Mirror, 'repo' | 'upstream' | 'tags' | 'limit'>,
): Promise<'created' | 'changed'> {
  const fields = { upstream, tags: JSON.stringify(tags), limit: String(limit) };
  return parseReply(z.enum(['created', 'changed']), await room.run('save-mirror', { repo, fields }));
}

export type SyncRecord = { readonly at: number; readonly defaultBranch?: string } | { readonly problem: string };

/** Records how the last sync went; times are Unix milliseconds. */
export async function recordSync(room: Room, repo: string, sync: SyncRecord): Promise<void> {
  const done = 'at' in sync ? { syncedAt: String(sync.at), problem: '' } : { problem: sync.problem };
  const fields = 'at' in sync && sync.defaultBranch ? { ...done, defaultBranch: sync.defaultBranch } : done;
  await room.run('record-sync', { repo, fields });
}

/** Forgets a mirror and its heads; false when there is none. Its jobs stay. */
export async function forgetMirror(room: Room, repo: string): Promise<boolean> {
  return (await room.run('forget-mirror', { repo })) === 1;
}

/** Records where refs are without building them: the first sync. */
export async function recordHeads(room: Room, repo: string, refs: ReadonlyMap<string, string>): Promise<void> {
  if (refs.size > 0) await room.run('record-heads', { repo, refs: Object.fromEntries(refs) });
}

/** What was last announced or recorded, by ref. */
export async function readHeads(room: Room, repo: string): Promise<Map<string, string>> {
  const hash = await room.redis.hgetall(keys.heads(repo));
  return new Map(Object.entries(hash).map(([ref, value]) => [ref, value.split(' ')[0] ?? '']));
}

export async function dropHead(room: Room, repo: string, ref: string): Promise<boolean> {
  return (await room.redis.hdel(keys.heads(repo), ref)) === 1;
}

export interface Head {
  readonly repo: string;
  readonly ref: string;
  readonly sha: string;
  /** Place among the pushes of the repository, from `seqOf`; '' to take the next. */
  readonly seq: string;
  readonly message: string;
}

/** Makes known, once, that a ref is at a commit. `building`: also when the commit was only recorded at the first sync. */
export async function announceHead(
  room: Room,
  head: Head,
  { building, now }: { building: boolean; now: number },
): Promise<'announced' | 'unchanged'> {
  const { repo, ref, sha, seq, message } = head;
  const event = makeEvent('mirror.updated', {
    id: '',
    source: '/function/mirror-sync',
    time: now,
    partitionkey: `${repo} ${ref}`,
    data: { repo, ref, sha, seq, message },
  });
  const reply = await room.run('announce-head', { repo, ref, sha, seq, building, event });
  return parseReply(z.enum(['announced', 'unchanged']), reply);
}
