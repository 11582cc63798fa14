import { ulid } from 'ulid';
import { isTerminal } from '#lib/core/job-state.js';
import { RaibidError } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
import { createJob } from '#lib/redis/create-job.js';
import { getJob } from '#lib/redis/jobs.js';
import { findMirror } from '#lib/redis/mirrors.js';

type Context = Pick<FunctionContext, 'room' | 'mirrors' | 'now' | 'random'>;

/** Runs an ended job again: a new job with the same inputs and `retryOf`. Returns its id. */
export async function retryJob({ room, mirrors, now, random }: Context, id: string): Promise<string> {
  const job = await getJob(room, id);
  if (!isTerminal(job.state)) throw new RaibidError('job-not-terminal', `job ${id} is ${job.state}`);
  if (!(await findMirror(room, job.repo))) throw new RaibidError('mirror-unknown', `there is no mirror of ${job.repo}`);
  if (!(await mirrors.pin(job.repo, job.sha))) {
    throw new RaibidError('commit-unknown', `${job.repo} does not have commit ${job.sha} any more`);
  }
  const { repo, ref, sha, agentType, priority, group, groupLimit, timeoutMs, retryOnLost, env, message } = job;
  const inputs = { repo, ref, sha, agentType, priority, group, groupLimit, timeoutMs, retryOnLost, env, message };
  const again = { id: ulid(now(), random), trigger: 'retry', seq: '', retryOf: id, supersedes: false } as const;
  return (await createJob(room, { ...inputs, ...again })).id;
}
