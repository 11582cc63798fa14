import type { EventData, RaibidEvent } from '#lib/core/event.js';
import { messageOf } from '#lib/errors.js';
import { isTag } from '#lib/core/names.js';
import type { FunctionContext } from '#lib/function-context.js';
import type { Mirrors } from '#lib/mirrors/mirrors.js';
import { seqOf } from '#lib/redis/create-job.js';
import { announceHead, findMirror, recordSync } from '#lib/redis/mirrors.js';
import { noteTrail } from '#lib/redis/trail.js';
import { withMirror } from './sync-mirror.js';

type Context = Pick<FunctionContext, 'room' | 'mirrors' | 'now' | 'random'>;

/** A push was delivered: its commit is fetched and pinned, then announced. */
export async function takePush(
  context: Context,
  push: EventData<'github.push'>,
  event: RaibidEvent<'github.push'>,
): Promise<void> {
  const { room, mirrors, now } = context;
  const { repo, ref, sha, message } = push;
  if (!(await findMirror(room, repo))) {
    await noteTrail(room, sha, 'repository-unknown', `the mirror of ${repo} was removed meanwhile`);
    return;
  }
  await withMirror(context, repo, async () => {
    const commit = await fetchCommit(mirrors, push).catch(async (error: unknown) => {
      await recordSync(room, repo, { problem: messageOf(error) });
      await noteTrail(room, sha, 'fetch-failed', messageOf(error));
      throw error;
    });
    if (commit === null) {
      await noteTrail(room, sha, 'commit-gone', `upstream of ${repo} does not have this commit any more`);
      return;
    }
    await recordSync(room, repo, { at: now() });
    const head = { repo, ref, sha: commit, seq: seqOf(event.id), message };
    await announceHead(room, head, { building: true, now: now() });
  });
}

/** The pushed commit, fetched and pinned; null when upstream does not have it. The id of an annotated tag leads to its commit. */
async function fetchCommit(mirrors: Mirrors, { repo, ref, sha }: EventData<'github.push'>): Promise<string | null> {
  if (await mirrors.pin(repo, sha)) return sha;
  if (!isTag(ref)) return null;
  const commit = (await mirrors.sync(repo)).get(ref);
  return commit !== undefined && (await mirrors.pin(repo, commit)) ? commit : null;
}
