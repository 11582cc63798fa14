import type { Router } from 'express';
import type { FunctionName } from '#lib/core/names.js';
import { RaibidError } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
import type { RequireScope } from '#lib/http/bearer.js';
import { bindRoute } from '#lib/http/route.js';
import {
  type DeadLetter,
  dropDeadLetter,
  findDeadLetter,
  listDeadLetters,
  retryDeadLetter,
} from '#lib/redis/dead-letters.js';
import { toIso } from '#lib/views/job-view.js';
import { ROUTES } from './routes.js';

/** Routes for events that were given up. */
export function bindDeadLetters(router: Router, scopes: RequireScope, { room }: FunctionContext): void {
  bindRoute(router, scopes, ROUTES.listDead, async ({ params, query, res }) => {
    const { entries, nextCursor } = await listDeadLetters(room, params.function, query);
    res.json({ entries: entries.map(viewDeadLetter), ...(nextCursor !== null && { nextCursor }) });
  });
  bindRoute(router, scopes, ROUTES.showDead, async ({ params: { function: fn, id }, res }) => {
    const letter = await findDeadLetter(room, fn, id);
    if (!letter) throw unknownLetter(fn, id);
    res.json(viewDeadLetter(letter));
  });
  bindRoute(router, scopes, ROUTES.retryDead, async ({ params: { function: fn, id }, res }) => {
    const entry = await retryDeadLetter(room, fn, id);
    if (entry === null) throw unknownLetter(fn, id);
    res.status(202).json({ entry });
  });
  bindRoute(router, scopes, ROUTES.dropDead, async ({ params: { function: fn, id }, res }) => {
    if (!(await dropDeadLetter(room, fn, id))) throw unknownLetter(fn, id);
    res.status(204).end();
  });
}

function viewDeadLetter(letter: DeadLetter) {
  return { ...letter, failedAt: toIso(letter.failedAt) };
}

function unknownLetter(fn: FunctionName, id: string): RaibidError {
  return new RaibidError('dead-letter-unknown', `${fn} has no dead letter ${id}`);
}
