import { z } from 'zod';
import { JOB_STATES } from '#lib/core/job-state.js';

/** What the platform answers, by the HTTP contract; fields that the CLI does not use are left out or kept as they are. */
const Time = z.iso.datetime({ offset: true });

const StepView = z.object({ name: z.string(), exitCode: z.number(), durationMs: z.number() });

export const JobView = z.object({
  id: z.string(),
  repo: z.string(),
  ref: z.string(),
  branch: z.string().nullable(),
  sha: z.string(),
  state: z.enum(JOB_STATES),
  attempt: z.number(),
  reason: z.string().nullable(),
  cause: z.string().nullable().default(null),
  trigger: z.string(),
  agentType: z.string(),
  priority: z.number().default(0),
  group: z.string().nullable().default(null),
  createdAt: Time,
  readyAt: Time.nullable().default(null),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  durationMs: z.number().nullable(),
  exitCode: z.number().nullable(),
  agent: z.string().nullable().default(null),
  retryOf: z.string().nullable().default(null),
  supersededBy: z.string().nullable().default(null),
  cancelling: z.string().nullable().default(null),
  message: z.string().default(''),
  envNames: z.array(z.string()).default([]),
  result: z
    .object({
      steps: z.array(StepView).default([]),
      tests: z.object({ passed: z.number(), failed: z.number(), ignored: z.number() }).nullable().default(null),
      toolchain: z.string().default(''),
    })
    .nullable()
    .default(null),
});
export type JobView = z.infer<typeof JobView>;

export const AgentView = z.object({
  id: z.string(),
  type: z.string(),
  host: z.string(),
  pid: z.number(),
  state: z.enum(['idle', 'busy']),
  job: z.string().nullable(),
  startedAt: Time.nullable(),
  seenAt: Time.nullable(),
});
export type AgentView = z.infer<typeof AgentView>;

export const MirrorView = z.object({
  repo: z.string(),
  upstream: z.string(),
  tags: z.array(z.string()),
  createdAt: Time,
  syncedAt: Time.nullable(),
  problem: z.string().nullable(),
});
export type MirrorView = z.infer<typeof MirrorView>;

export const ControlView = z.object({
  paused: z.boolean(),
  draining: z.boolean(),
  capacity: z.record(z.string(), z.number()),
});
export type ControlView = z.infer<typeof ControlView>;

export const SummaryView = ControlView.extend({
  states: z.partialRecord(z.enum(JOB_STATES), z.number()),
  agents: z.object({ idle: z.number(), busy: z.number() }),
});
export type SummaryView = z.infer<typeof SummaryView>;

export const SnapshotView = z.object({
  jobs: z.array(JobView),
  agents: z.array(AgentView),
  mirrors: z.array(MirrorView),
  summary: SummaryView,
});
export type SnapshotView = z.infer<typeof SnapshotView>;

export const JobPage = z.object({ jobs: z.array(JobView), nextCursor: z.string().nullish() });
export const AgentPage = z.object({ agents: z.array(AgentView) });
export const MirrorPage = z.object({ mirrors: z.array(MirrorView) });
export const Created = z.object({ id: z.string(), url: z.string() });
export const CreatedPage = z.object({ jobs: z.array(Created) });
export const CancelAnswer = z.object({ id: z.string(), outcome: z.enum(['cancelled', 'cancelling']) });
export const SyncAnswer = z.object({ announced: z.number() });

export const CommitView = z.object({
  sha: z.string(),
  trail: z.array(z.object({ at: Time, code: z.string(), text: z.string() })),
  jobs: z.array(JobView),
});
export type CommitView = z.infer<typeof CommitView>;

export const DeadView = z.object({
  id: z.string(),
  type: z.string(),
  failedAt: Time,
  tries: z.number(),
  why: z.string(),
  event: z.unknown(),
});
export type DeadView = z.infer<typeof DeadView>;
export const DeadPage = z.object({ entries: z.array(DeadView) });

export const TokenView = z.object({ name: z.string(), scope: z.string(), createdAt: Time.nullish() });
export type TokenView = z.infer<typeof TokenView>;
export const TokenPage = z.object({ tokens: z.array(TokenView) });
export const NewToken = z.object({ name: z.string(), scope: z.string(), token: z.string() });

/** An RFC 9457 answer. */
export const Problem = z.object({
  code: z.string(),
  title: z.string().optional(),
  detail: z.string().optional(),
  hint: z.string().optional(),
});

/** One thing told by `GET /function/status/events`; `type` is the name of the event. */
export const StatusEvent = z.discriminatedUnion('type', [
  SnapshotView.extend({ type: z.literal('snapshot') }),
  z.object({
    type: z.literal('job'),
    job: JobView,
    passed: z.array(z.object({ state: z.string(), at: Time })).optional(),
  }),
  z.object({ type: z.literal('agent'), id: z.string(), agent: AgentView.nullable() }),
  z.object({ type: z.literal('mirror'), repo: z.string(), mirror: MirrorView.nullable() }),
  z.object({ type: z.literal('summary'), summary: SummaryView }),
]);
export type StatusEvent = z.infer<typeof StatusEvent>;
