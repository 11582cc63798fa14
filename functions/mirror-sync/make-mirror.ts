import type { z } from 'zod';
import { RaibidError } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
import { findMirror, forgetMirror, type Mirror, saveMirror } from '#lib/redis/mirrors.js';
import type { NewMirror } from './routes.js';
import { syncFirst } from './sync-mirror.js';

/** Makes a mirror and syncs it for the first time, or changes the settings of one. A mirror whose upstream can't be fetched is not made. */
export async function makeMirror(
  context: FunctionContext,
  repo: string,
  { build, upstream, tags, limit }: z.output<typeof NewMirror>,
): Promise<{ mirror: Mirror; created: boolean }> {
  const { room, mirrors } = context;
  const existing = await findMirror(room, repo);
  if (existing && existing.upstream !== upstream) {
    throw new RaibidError('mirror-exists', `${repo} is a mirror of another upstream`);
  }
  await mirrors.ensure(repo, upstream);
  // What is not said stays as it was.
  const settings = { upstream, tags: tags ?? existing?.tags ?? [], limit: limit ?? existing?.limit ?? 0 };
  const created = (await saveMirror(room, { repo, ...settings })) === 'created';
  const made = await getMirror(context, repo);
  if (existing && !build) return { mirror: made, created };
  try {
    await syncFirst(context, made, { build });
  } catch (error) {
    if (created) {
      await forgetMirror(room, repo);
      await mirrors.remove(repo);
    }
    throw error;
  }
  return { mirror: await getMirror(context, repo), created };
}

async function getMirror({ room }: Pick<FunctionContext, 'room'>, repo: string): Promise<Mirror> {
  const mirror = await findMirror(room, repo);
  if (!mirror) throw new RaibidError('mirror-unknown', `the mirror of ${repo} was removed meanwhile`);
  return mirror;
}
