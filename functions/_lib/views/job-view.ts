import { type Job } from '../core/job.js';
import { isTerminal } from '../core/job-state.js';
import { isBranch, shortRef } from '../core/names.js';

/** Unix milliseconds as people and tools read them. */
export function toIso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** A job as the API shows it. `waitingReason` is why it waits, computed now; `now` (Unix ms) gives a running job its duration. */
export function viewJob(job: Job, now: number, waitingReason: string | null = null) {
  const end = job.finishedAt ?? (isTerminal(job.state) ? null : now);
  return {
    id: job.id,
    repo: job.repo,
    ref: job.ref,
    branch: isBranch(job.ref) ? shortRef(job.ref) : null,
    sha: job.sha,
    state: job.state,
    attempt: job.attempt,
    reason: job.reason ?? waitingReason,
    cause: job.cause,
    trigger: job.trigger,
    agentType: job.agentType,
    priority: job.priority,
    group: job.group === '' ? null : job.group,
    createdAt: toIso(job.createdAt),
    readyAt: toIso(job.readyAt),
    startedAt: toIso(job.startedAt),
    finishedAt: toIso(job.finishedAt),
    durationMs: job.startedAt === null || end === null ? null : Math.max(0, end - job.startedAt),
    exitCode: job.exitCode,
    agent: job.agent === '' ? null : job.agent,
    retryOf: job.retryOf === '' ? null : job.retryOf,
    supersededBy: job.supersededBy === '' ? null : job.supersededBy,
    cancelling: job.cancelling,
    message: job.message,
    envNames: Object.keys(job.env),
    result: job.result,
  };
}
