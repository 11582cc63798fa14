import type { AgentView, JobView, MirrorView, SummaryView } from '../../cli/schema.js';

/** 2026-01-02T03:04:05Z in Unix milliseconds. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

const BASE_ID = '01KDYA6Z000000000000000000';

/** Distinct, increasing ids whose last characters differ. */
export function sampleId(number: number): string {
  return `${BASE_ID.slice(0, -6)}${String(number).padStart(4, '0')}AB`;
}

export function sampleJob(number: number, change: Partial<JobView> = {}): JobView {
  return {
    id: sampleId(number),
    repo: 'octocat/hello-world',
    ref: 'refs/heads/main',
    branch: 'main',
    sha: number.toString(16).padStart(40, 'a'),
    state: 'queued',
    attempt: 0,
    reason: null,
    cause: null,
    trigger: 'push',
    agentType: 'rust',
    priority: 0,
    group: null,
    createdAt: new Date(NOW - 60_000).toISOString(),
    readyAt: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    exitCode: null,
    agent: null,
    retryOf: null,
    supersededBy: null,
    cancelling: null,
    message: 'Say hello\n\nto the world',
    envNames: [],
    result: null,
    ...change,
  };
}

export function sampleAgent(number: number, change: Partial<AgentView> = {}): AgentView {
  const at = new Date(NOW - 90_000).toISOString();
  return {
    id: sampleId(number),
    type: 'rust',
    host: 'spark',
    pid: 100 + number,
    state: 'idle',
    job: null,
    startedAt: at,
    seenAt: at,
    ...change,
  };
}

export function sampleMirror(change: Partial<MirrorView> = {}): MirrorView {
  const at = new Date(NOW - 30_000).toISOString();
  return {
    repo: 'octocat/hello-world',
    upstream: 'https://github.com/octocat/hello-world',
    tags: [],
    createdAt: at,
    syncedAt: at,
    problem: null,
    ...change,
  };
}

export function sampleSummary(change: Partial<SummaryView> = {}): SummaryView {
  return {
    states: { queued: 1, running: 1, succeeded: 3 },
    paused: false,
    draining: false,
    capacity: { rust: 2 },
    agents: { idle: 1, busy: 1 },
    ...change,
  };
}
