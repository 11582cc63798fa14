import { z } from 'zod';
import { CAUSES, type Job, type JobInputs, type JobResult, TRIGGERS } from '#lib/core/job.js';
import { JOB_STATES } from '#lib/core/job-state.js';

const Whole = z.coerce.number().int();
const orNull = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .default('')
    .transform((value, context) => {
      if (value === '') return null;
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: parsed.error.message });
      return z.NEVER;
    });
const json = <T>(schema: z.ZodType<T>) => z.string().transform((text) => schema.parse(JSON.parse(text)));

const Result: z.ZodType<JobResult> = z.object({
  steps: z.array(
    z.object({ name: z.string(), exitCode: z.int(), durationMs: z.number(), peakMemoryBytes: z.number().nullable() }),
  ),
  tests: z.object({ passed: z.int(), failed: z.int(), ignored: z.int() }).nullable(),
  toolchain: z.string(),
});

/** The hash `job:<id>` as Redis returns it: strings in, a Job out. Fields that are bookkeeping of the scripts fall away. */
const JobHash: z.ZodType<Job, Record<string, string>> = z.object({
  id: z.string(),
  repo: z.string(),
  ref: z.string(),
  sha: z.string(),
  trigger: z.enum(TRIGGERS),
  agentType: z.string(),
  seq: z.string(),
  priority: Whole,
  group: z.string(),
  groupLimit: Whole,
  timeoutMs: Whole,
  retryOnLost: z.enum(['0', '1']).transform((flag) => flag === '1'),
  env: json(z.record(z.string(), z.string())),
  retryOf: z.string(),
  message: z.string(),
  state: z.enum(JOB_STATES),
  attempt: Whole,
  lost: Whole,
  released: Whole,
  agent: z.string().default(''),
  cause: orNull(z.enum(CAUSES)),
  reason: orNull(z.string()),
  supersededBy: z.string().default(''),
  cancelling: orNull(z.enum(['user', 'superseded', 'branch-deleted', 'mirror-removed'])),
  exitCode: orNull(Whole),
  result: orNull(json(Result)),
  createdAt: Whole,
  readyAt: orNull(Whole),
  startedAt: orNull(Whole),
  finishedAt: orNull(Whole),
  dueAt: orNull(Whole),
}) as z.ZodType<Job, Record<string, string>>;

export function parseJob(hash: Record<string, string>): Job {
  return JobHash.parse(hash);
}

/** The inputs of a job as fields of its hash, and the counters it starts with. */
export function writeInputs(inputs: JobInputs): Record<string, string> {
  return {
    id: inputs.id,
    repo: inputs.repo,
    ref: inputs.ref,
    sha: inputs.sha,
    trigger: inputs.trigger,
    agentType: inputs.agentType,
    seq: inputs.seq,
    priority: String(inputs.priority),
    group: inputs.group,
    groupLimit: String(inputs.groupLimit),
    timeoutMs: String(inputs.timeoutMs),
    retryOnLost: inputs.retryOnLost ? '1' : '0',
    env: JSON.stringify(inputs.env),
    retryOf: inputs.retryOf,
    message: inputs.message,
    attempt: '0',
    lost: '0',
    released: '0',
  };
}
