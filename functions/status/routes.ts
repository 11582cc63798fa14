import { z } from 'zod';
import { JOB_STATES } from '#lib/core/job-state.js';
import { JobId, RepoName, Sha } from '#lib/core/names.js';
import { defineRoute } from '#lib/http/route.js';

const Whole = (least: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least));

const States = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(JOB_STATES)));

const Flag = z.enum(['0', '1', 'false', 'true']).transform((flag) => flag === '1' || flag === 'true');
const Job = z.object({ id: JobId });
const NO_JOB = 'There is no such job.';

export const LogQuery = z.object({
  follow: Flag.default(false).describe('Stay until the attempt ends'),
  after: Whole(0).default(0).describe('Number of the last batch that is known already'),
  step: Whole(0).optional().describe('Only this step, counted from 0'),
  attempt: Whole(1).optional().describe('The newest attempt when missing'),
});

export const ROUTES = {
  listJobs: defineRoute({
    method: 'get',
    path: '/jobs',
    scope: 'read',
    summary: 'Jobs, newest first',
    query: z.object({
      state: States.optional().describe('One state or several, separated by commas'),
      repo: RepoName.optional(),
      branch: z.string().min(1).max(255).optional(),
      limit: Whole(1).pipe(z.number().max(500)).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/, 'must be the nextCursor of a page')
        .optional(),
    }),
    answers: { 200: '{"jobs": […], "nextCursor"?}.' },
  }),
  showJob: defineRoute({
    method: 'get',
    path: '/jobs/:id',
    scope: 'read',
    summary: 'One job; why it waits is computed now',
    params: Job,
    answers: { 200: 'The job.', 404: NO_JOB },
  }),
  logs: defineRoute({
    method: 'get',
    path: '/jobs/:id/logs',
    scope: 'read',
    summary:
      'The output of an attempt: text, or with Accept: text/event-stream events `log` and `end`, resumable by Last-Event-ID',
    params: Job,
    query: LogQuery,
    answers: { 200: 'Every byte, in order.', 404: 'No such job or attempt.', 410: 'The log is not there any more.' },
  }),
  events: defineRoute({
    method: 'get',
    path: '/events',
    scope: 'read',
    summary: 'Event stream: `snapshot`, then `job`, `agent`, `mirror`, `summary` as they change',
    answers: { 200: 'The stream.' },
  }),
  summary: defineRoute({
    method: 'get',
    path: '/summary',
    scope: 'read',
    summary: 'Numbers of jobs by state, agents, capacity',
    answers: { 200: '{"states", "paused", "draining", "capacity", "agents": {"idle", "busy"}}.' },
  }),
  agents: defineRoute({
    method: 'get',
    path: '/agents',
    scope: 'read',
    summary: 'Agents that are alive',
    answers: { 200: '{"agents": […]}.' },
  }),
  mirrors: defineRoute({
    method: 'get',
    path: '/mirrors',
    scope: 'read',
    summary: 'Mirrors',
    answers: { 200: '{"mirrors": […]}.' },
  }),
  why: defineRoute({
    method: 'get',
    path: '/why/:sha',
    scope: 'read',
    summary: 'What became of a commit in the last week',
    params: z.object({ sha: Sha }),
    answers: { 200: '{"sha", "trail": [{"at", "code", "text"}], "jobs": […]}.' },
  }),
  metrics: defineRoute({
    method: 'get',
    path: '/metrics',
    scope: 'read',
    summary: 'Gauges for Prometheus, computed when asked for',
    answers: { 200: 'Prometheus text.' },
  }),
  openapi: defineRoute({
    method: 'get',
    path: '/openapi.json',
    scope: 'read',
    summary: 'The routes of all functions as OpenAPI 3.1',
    answers: { 200: 'The document.' },
  }),
};
