import type { TickLimits } from '#lib/redis/control.js';
import {
  admit,
  end,
  LONGEST_BACKOFF_MS,
  type Model,
  type ModelEntry,
  type ModelJob,
  pullBack,
  renewEntry,
  requeue,
} from './redis-model.js';

/** What a tick does to the model. Entries are unclaimed long enough when `unclaimedMs` is 0, never otherwise. */
export function tickModel(model: Model, limits: TickLimits): void {
  const gap = model.now - model.tickAt;
  if (gap > limits.maxGapMs || gap < 0) {
    model.epoch += 1;
    model.tickingSince = model.now;
  }
  model.tickAt = model.now;
  for (const job of model.jobs.values()) {
    if (job.state === 'running' && job.leaseUntil >= model.now + 2 * limits.leaseMs) {
      job.leaseUntil = model.now + limits.leaseMs;
    }
    if (job.dueAt !== null && job.state === 'waiting') {
      job.dueAt = Math.min(job.dueAt, model.now + LONGEST_BACKOFF_MS);
      if (job.dueAt <= model.now) job.dueAt = null;
    }
  }
  for (const agent of model.agents.values()) agent.seenAt = Math.min(agent.seenAt, model.now);
  reap(model, limits);
  for (const entry of [...model.entries]) repair(model, entry, limits);
  const stopped = model.paused || model.draining;
  for (const [type, capacity] of model.capacity) pullBack(model, type, stopped ? 0 : capacity);
  admit(model);
  forgetSilent(model, limits);
}

function byLease(a: ModelJob, b: ModelJob): number {
  return a.leaseUntil - b.leaseUntil || (a.id < b.id ? -1 : 1);
}

function reap(model: Model, { suspectMs }: TickLimits): void {
  const expired = [...model.jobs.values()].filter((job) => job.state === 'running' && job.leaseUntil <= model.now);
  for (const job of expired.sort(byLease)) {
    if (job.suspect?.epoch !== model.epoch) job.suspect = { epoch: model.epoch, at: model.now };
    else if (model.now - job.suspect.at >= suspectMs) requeue(model, job, 'lost');
  }
}

function repair(model: Model, entry: ModelEntry, { unclaimedMs, nobodyMs }: TickLimits): void {
  const job = model.jobs.get(entry.job);
  if (job?.state !== 'ready') return;
  if (entry.agent !== null) {
    if (unclaimedMs === 0) renewEntry(model, entry);
  } else if (model.now - Math.max(job.readyAt, model.tickingSince) >= nobodyMs) end(model, job, 'errored', 'unclaimed');
}

function forgetSilent(model: Model, { silentMs }: TickLimits): void {
  for (const [id, agent] of model.agents) {
    const holds = model.jobs.get(agent.job)?.state === 'running' || model.entries.some((entry) => entry.agent === id);
    if (agent.seenAt <= model.now - silentMs && !holds) model.agents.delete(id);
  }
}
