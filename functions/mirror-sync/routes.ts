import { z } from 'zod';
import { defineRoute } from '#lib/http/route.js';

const Params = z.object({ owner: z.string(), repo: z.string() });
const NOT_THERE = 'There is no such mirror.';

export const NewMirror = z.strictObject({
  upstream: z.string().min(1).max(2000).describe('https or ssh URL; in local mode also file:// or a path'),
  tags: z.array(z.string().min(1).max(255)).max(50).optional().describe('Patterns of tags to build; at first none'),
  limit: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('Most jobs of the repository at once; 0, as at first, for no limit'),
  build: z.boolean().default(false).describe('Build the default branch now; otherwise the first sync builds nothing'),
});

export const ROUTES = {
  put: defineRoute({
    method: 'put',
    path: '/mirrors/:owner/:repo',
    scope: 'admin',
    summary: 'Make a mirror, or change its settings',
    params: Params,
    body: NewMirror,
    answers: {
      200: 'Changed.',
      201: 'Made and synced once.',
      409: 'There is a mirror of this name with another upstream.',
      502: 'Upstream does not answer; the mirror is not made.',
    },
  }),
  sync: defineRoute({
    method: 'post',
    path: '/mirrors/:owner/:repo/sync',
    scope: 'write',
    summary: 'Fetch upstream now and announce what changed',
    params: Params,
    answers: { 202: 'Synced; says how many refs were announced.', 404: NOT_THERE, 425: 'Another sync is running.' },
  }),
  remove: defineRoute({
    method: 'delete',
    path: '/mirrors/:owner/:repo',
    scope: 'admin',
    summary: 'Remove a mirror; its waiting and running jobs are cancelled',
    params: Params,
    answers: { 204: 'Removed.', 404: NOT_THERE },
  }),
};
