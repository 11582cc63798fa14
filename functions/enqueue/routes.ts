import { z } from 'zod';
import { KnownAgentType, RepoName, Sha } from '#lib/core/names.js';
import { Env } from '#lib/core/pipeline.js';
import { defineRoute } from '#lib/http/route.js';

export const Request = z.strictObject({
  repo: RepoName,
  ref: z.string().min(1).max(255).optional().describe('Branch or tag, short or full; the default branch when missing'),
  sha: Sha.optional().describe('Full commit id; the head of `ref` when missing'),
  agentType: KnownAgentType.optional().describe('Found by the files of the commit when missing'),
  priority: z.int().min(-100).max(100).optional().describe('Higher first; the one of .raibid.yml when missing'),
  env: Env.optional().describe('Environment for the steps, beside that of .raibid.yml'),
});
export type Request = z.output<typeof Request>;

export const ROUTES = {
  run: defineRoute({
    method: 'post',
    path: '/',
    scope: 'write',
    summary: 'Run the pipeline of a commit; Idempotency-Key makes a repeated call answer the same job',
    body: Request,
    answers: {
      202: 'Made: {"jobs": [{"id", "url"}]}.',
      404: 'No such mirror, ref or commit.',
      409: 'The Idempotency-Key was used for another request.',
      422: 'Nothing to run in this commit.',
    },
  }),
};
