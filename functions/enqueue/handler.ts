import type { RequestListener } from 'node:http';
import { z } from 'zod';
import { authorizeCalls, type FunctionContext, type Runtime } from '#lib/function-context.js';
import { createFunctionApp } from '#lib/http/function-app.js';
import { openFunctionContext } from '#lib/open-context.js';
import { parseInput } from '#lib/http/parse-input.js';
import { bindRoute } from '#lib/http/route.js';
import { ROUTES } from './routes.js';
import { runCommit } from './run-commit.js';
import { takeUpdate } from './take-update.js';

const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'Idempotency-Key: 1 to 128 visible ASCII characters');

/** enqueue: decides what to run for a commit and makes its job. */
export function createHandler(context: FunctionContext): RequestListener {
  return createFunctionApp({
    ...context,
    name: 'enqueue',
    routes(router) {
      bindRoute(router, authorizeCalls(context), ROUTES.run, async ({ body, req, res }) => {
        const sent = req.get('Idempotency-Key');
        const key = sent === undefined ? '' : parseInput(IdempotencyKey, sent, 'header-invalid');
        const id = await runCommit(context, body, key);
        res.status(202).json({ jobs: [{ id, url: `/function/status/jobs/${id}` }] });
      });
    },
    events: {
      'mirror.updated': (update) => takeUpdate(context, update),
    },
  });
}

/** The function in its image. */
export default async function setup(runtime: Runtime): Promise<RequestListener> {
  return createHandler(await openFunctionContext('enqueue', runtime));
}
