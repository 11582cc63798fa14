import type { EventData, RaibidEvent } from '#lib/core/event.js';
import { messageOf } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
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
    const pinned = await mirrors.pin(repo, sha).catch(async (error: unknown) => {
      await recordSync(room, repo, { problem: messageOf(error) });
      await noteTrail(room, sha, 'fetch-failed', messageOf(error));
      throw error;
    });
    if (!pinned) {
      await noteTrail(room, sha, 'commit-gone', `upstream of ${repo} does not have this commit any more`);
      return;
    }
    await recordSync(room, repo, { at: now() });
    await announceHead(room, { repo, ref, sha, seq: seqOf(event.id), message }, { building: true, now: now() });
  });
}
