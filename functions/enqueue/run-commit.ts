import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import { PIPELINE_FILE } from '#lib/core/pipeline.js';
import { RaibidError } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
import { createJob } from '#lib/redis/create-job.js';
import { findMirror } from '#lib/redis/mirrors.js';
import { planJob } from './plan-job.js';
import { resolveCommit } from './resolve-commit.js';
import type { Request } from './routes.js';

type Context = Pick<FunctionContext, 'room' | 'mirrors' | 'now' | 'random'>;

/** Somebody asks for a run: filters do not hold, and nothing is superseded. Returns the job's id. */
export async function runCommit(context: Context, request: Request, key: string): Promise<string> {
  const { room, mirrors, now, random } = context;
  const mirror = await findMirror(room, request.repo);
  if (!mirror) throw new RaibidError('mirror-unknown', `there is no mirror of ${request.repo}`);
  const { ref, sha } = await resolveCommit(mirrors, mirror, request);
  const tree = await mirrors.readTop(mirror.repo, sha, [PIPELINE_FILE]);
  if (!tree) throw new RaibidError('commit-unknown', `${mirror.repo} has no commit ${sha}`);
  const message = (await mirrors.readMessage(mirror.repo, sha)) ?? '';
  const plan = planJob({ ref, message, tree, filtered: false });
  if (plan.kind === 'nothing') throw new RaibidError('nothing-to-run', `commit ${sha}: ${plan.reason}`);
  const { agentType = plan.inputs.agentType, priority = plan.inputs.priority, env = {} } = request;
  const inputs = { ...plan.inputs, agentType, priority, env };
  const job = { id: ulid(now(), random), repo: mirror.repo, ref, sha, seq: '', message: message.slice(0, 500) };
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const made = await createJob(
    room,
    { ...job, ...inputs, trigger: 'manual', retryOf: '', supersedes: false },
    { key, requestHash },
  );
  return made.id;
}
