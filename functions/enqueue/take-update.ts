import { ulid } from 'ulid';
import type { EventData } from '#lib/core/event.js';
import { isBranch, shortRef } from '#lib/core/names.js';
import { PIPELINE_FILE } from '#lib/core/pipeline.js';
import type { FunctionContext } from '#lib/function-context.js';
import { createJob } from '#lib/redis/create-job.js';
import { findMirror, type Mirror } from '#lib/redis/mirrors.js';
import { noteTrail } from '#lib/redis/trail.js';
import { planJob } from './plan-job.js';

type Context = Pick<FunctionContext, 'room' | 'mirrors' | 'now' | 'random'>;

/** A ref of a mirror moved: its pipeline becomes a job, or the trail of the commit says why not. */
export async function takeUpdate({ room, mirrors, now, random }: Context, update: EventData<'mirror.updated'>) {
  const { repo, ref, sha, seq, message } = update;
  const mirror = await findMirror(room, repo);
  if (!mirror) {
    await noteTrail(room, sha, 'repository-unknown', `the mirror of ${repo} was removed meanwhile`);
    return;
  }
  const tree = await mirrors.readTop(repo, sha, [PIPELINE_FILE]);
  if (!tree) {
    await noteTrail(room, sha, 'commit-gone', `the mirror of ${repo} does not have this commit any more`);
    return;
  }
  const plan = planJob({ ref, message, tree, filtered: true });
  if (plan.kind === 'nothing') {
    await noteTrail(room, sha, plan.code, plan.reason);
    return;
  }
  await createJob(room, {
    id: ulid(now(), random),
    repo,
    ref,
    sha,
    seq,
    message,
    trigger: 'push',
    env: {},
    retryOf: '',
    supersedes: isBranch(ref) && !isDefaultBranch(mirror, ref),
    ...plan.inputs,
  });
}

/** Every commit of the default branch is built. Where upstream has not told its name, the usual ones count. */
function isDefaultBranch({ defaultBranch }: Mirror, ref: string): boolean {
  const names = defaultBranch === '' ? ['main', 'master'] : [defaultBranch];
  return names.includes(shortRef(ref));
}
