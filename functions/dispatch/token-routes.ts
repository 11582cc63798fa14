import type { Router } from 'express';
import { RaibidError } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
import type { RequireScope } from '#lib/http/bearer.js';
import { bindRoute } from '#lib/http/route.js';
import { listTokens, removeToken } from '#lib/redis/tokens.js';
import { toIso } from '#lib/views/job-view.js';
import { ROUTES } from './routes.js';
import { createToken } from './tokens.js';

/** Routes for the tokens of people and programs. */
export function bindTokens(router: Router, scopes: RequireScope, { room, now }: FunctionContext): void {
  bindRoute(router, scopes, ROUTES.listTokens, async ({ res }) => {
    const tokens = await listTokens(room);
    res.json({ tokens: tokens.map((token) => ({ ...token, createdAt: toIso(token.createdAt) })) });
  });
  bindRoute(router, scopes, ROUTES.createToken, async ({ body, res }) => {
    const token = await createToken(room, { ...body, now: now() });
    res.status(201).json({ ...body, token });
  });
  bindRoute(router, scopes, ROUTES.removeToken, async ({ params: { name }, res }) => {
    if (!(await removeToken(room, name))) throw new RaibidError('token-unknown', `there is no token ${name}`);
    res.status(204).end();
  });
}
