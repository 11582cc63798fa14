import type { FunctionContext } from '#lib/function-context.js';
import { cancelRef } from '#lib/redis/jobs.js';
import { forgetMirror, type Mirror } from '#lib/redis/mirrors.js';
import { withMirror } from './sync-mirror.js';

/** Removes a mirror: forgotten first, so that nothing new starts; then its jobs are cancelled and the repository goes. */
export async function removeMirror(context: FunctionContext, { repo }: Mirror): Promise<void> {
  const { room, mirrors } = context;
  await withMirror(context, repo, async () => {
    await forgetMirror(room, repo);
    await cancelRef(room, repo, null, 'mirror-removed');
    await mirrors.remove(repo);
  });
}
