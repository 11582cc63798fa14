import { isTerminal, type JobState } from '#lib/core/job-state.js';
import type { AgentView, JobView, MirrorView, StatusEvent, SummaryView } from '../../schema.js';

/** What is known of the platform, as the event stream told it. */
export interface StatusModel {
  /** Newest first. */
  readonly jobs: readonly JobView[];
  readonly agents: readonly AgentView[];
  readonly mirrors: readonly MirrorView[];
  readonly summary: SummaryView | null;
  /** How many jobs waited, one number a change, newest last. */
  readonly depths: readonly number[];
}

export const EMPTY_STATUS: StatusModel = { jobs: [], agents: [], mirrors: [], summary: null, depths: [] };

const DEPTHS_KEPT = 60;
const ENDED_KEPT = 200;
const WAITING: readonly JobState[] = ['held', 'queued', 'ready'];

export function countWaiting({ states }: Pick<SummaryView, 'states'>): number {
  return WAITING.reduce((sum, state) => sum + (states[state] ?? 0), 0);
}

/** The model after one more event. */
export function applyStatusEvent(model: StatusModel, event: StatusEvent): StatusModel {
  switch (event.type) {
    case 'snapshot': {
      const { agents, mirrors, summary } = event;
      const jobs = [...new Map(event.jobs.map((job) => [job.id, job])).values()].sort(byNewest);
      return { jobs, agents, mirrors, summary, depths: addDepth(model.depths, summary) };
    }
    case 'job':
      return { ...model, jobs: putJob(model.jobs, event.job) };
    case 'agent': {
      const others = model.agents.filter((agent) => agent.id !== event.id);
      return { ...model, agents: event.agent ? [...others, event.agent].sort(byId) : others };
    }
    case 'mirror': {
      const others = model.mirrors.filter((mirror) => mirror.repo !== event.repo);
      return { ...model, mirrors: event.mirror ? [...others, event.mirror].sort(byRepo) : others };
    }
    case 'summary':
      return { ...model, summary: event.summary, depths: addDepth(model.depths, event.summary) };
  }
}

/** Replaces a job in its place or puts a new one where its id belongs; ended ones beyond the last 200 are forgotten. */
function putJob(jobs: readonly JobView[], job: JobView): readonly JobView[] {
  const at = jobs.findIndex((other) => other.id <= job.id);
  const place = at === -1 ? jobs.length : at;
  const after = jobs.toSpliced(place, jobs[place]?.id === job.id ? 1 : 0, job);
  let ended = 0;
  return after.length <= ENDED_KEPT ? after : after.filter(({ state }) => !isTerminal(state) || ++ended <= ENDED_KEPT);
}

function addDepth(depths: readonly number[], summary: SummaryView): readonly number[] {
  const depth = countWaiting(summary);
  return depth === depths.at(-1) ? depths : [...depths, depth].slice(-DEPTHS_KEPT);
}

// ULIDs sort by time.
const byNewest = (a: JobView, b: JobView) => (a.id < b.id ? 1 : -1);
const byId = (a: AgentView, b: AgentView) => (a.id < b.id ? -1 : 1);
const byRepo = (a: MirrorView, b: MirrorView) => (a.repo < b.repo ? -1 : 1);
