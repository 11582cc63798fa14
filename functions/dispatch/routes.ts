import { z } from 'zod';
import { FunctionName, JobId, KnownAgentType } from '#lib/core/names.js';
import { SCOPES } from '#lib/core/scope.js';
import { defineRoute } from '#lib/http/route.js';

const Job = z.object({ id: JobId });
const Inbox = z.object({ function: FunctionName });
const Letter = z.object({
  function: FunctionName,
  id: z.string().regex(/^\d+-\d+$/, 'must be the id of a dead letter'),
});
const TokenName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, ".", "_", "-"');
const NO_JOB = 'There is no such job.';
const NO_LETTER = 'There is no such dead letter.';

export const ControlRequest = z.strictObject({
  pause: z.literal(true).optional().describe('Start nothing new; what runs goes on'),
  drain: z.literal(true).optional().describe('Start nothing new, and agents leave when their job is done'),
  resume: z.literal(true).optional().describe('Ends pause and drain'),
  capacity: z.record(KnownAgentType, z.int().min(0).max(1000)).optional().describe('Jobs at once, by agent type'),
});

export const ROUTES = {
  cancel: defineRoute({
    method: 'post',
    path: '/jobs/:id/cancel',
    scope: 'write',
    summary: 'Cancel a job: a waiting one ends now, a running one when its agent has stopped it',
    params: Job,
    answers: { 202: '{"id", "outcome": "cancelled" or "cancelling"}.', 404: NO_JOB, 409: 'The job has ended.' },
  }),
  retry: defineRoute({
    method: 'post',
    path: '/jobs/:id/retry',
    scope: 'write',
    summary: 'Run an ended job again, as a new job of the same commit',
    params: Job,
    answers: { 202: '{"id", "url"} of the new job.', 404: NO_JOB, 409: 'The job has not ended.' },
  }),
  readControl: defineRoute({
    method: 'get',
    path: '/control',
    scope: 'read',
    summary: 'Whether the platform is paused or drains, and its capacity',
    answers: { 200: '{"paused", "draining", "capacity": {type: number}}.' },
  }),
  changeControl: defineRoute({
    method: 'post',
    path: '/control',
    scope: 'admin',
    summary: 'Pause, drain, resume, set capacity',
    body: ControlRequest,
    answers: { 200: 'As GET /control, after the change.' },
  }),
  plan: defineRoute({
    method: 'get',
    path: '/plan',
    scope: 'read',
    summary: 'Why each waiting job waits, and its place',
    answers: { 200: '{"jobs": [{"id", "reason", "position"}]}.' },
  }),
  listDead: defineRoute({
    method: 'get',
    path: '/dead/:function',
    scope: 'read',
    summary: 'Events that a function could not take, newest first',
    params: Inbox,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(100),
      cursor: Letter.shape.id.optional(),
    }),
    answers: { 200: '{"entries": [{"id", "type", "failedAt", "tries", "why", "event"}]}.' },
  }),
  showDead: defineRoute({
    method: 'get',
    path: '/dead/:function/:id',
    scope: 'read',
    summary: 'One of them',
    params: Letter,
    answers: { 200: 'The entry.', 404: NO_LETTER },
  }),
  retryDead: defineRoute({
    method: 'post',
    path: '/dead/:function/:id/retry',
    scope: 'admin',
    summary: 'Put it back into the inbox',
    params: Letter,
    answers: { 202: 'It is in the inbox again.', 404: NO_LETTER },
  }),
  dropDead: defineRoute({
    method: 'delete',
    path: '/dead/:function/:id',
    scope: 'admin',
    summary: 'Forget it',
    params: Letter,
    answers: { 204: 'Forgotten.', 404: NO_LETTER },
  }),
  listTokens: defineRoute({
    method: 'get',
    path: '/tokens',
    scope: 'admin',
    summary: 'Names and scopes of the tokens',
    answers: { 200: '{"tokens": [{"name", "scope", "createdAt"}]}.' },
  }),
  createToken: defineRoute({
    method: 'post',
    path: '/tokens',
    scope: 'admin',
    summary: 'Make a token; only its hash is kept',
    body: z.strictObject({ name: TokenName, scope: z.enum(SCOPES) }),
    answers: { 201: '{"name", "scope", "token"}: the token is shown this once.', 409: 'The name is taken.' },
  }),
  removeToken: defineRoute({
    method: 'delete',
    path: '/tokens/:name',
    scope: 'admin',
    summary: 'Remove a token',
    params: z.object({ name: TokenName }),
    answers: { 204: 'Removed.', 404: 'There is no such token.' },
  }),
};
