import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { Scope } from '../core/scope.js';
import type { RequireScope } from './bearer.js';
import { readJson } from './json-body.js';
import { parseInput } from './parse-input.js';
import { parseQuery } from './query.js';

const NONE = z.object({});

/** A route as data: what it takes, who may call it, what it answers. Validates calls, and makes the reference pages. */
export interface RouteSpec<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly scope: Scope;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** What each status means. */
  readonly answers: Readonly<Record<number, string>>;
}

export interface Call<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
  readonly req: Request;
  readonly res: Response;
}

/** Keeps the types of a route's schemas while it stands in a table. */
export function defineRoute<
  Params extends z.ZodObject = typeof NONE,
  Query extends z.ZodObject = typeof NONE,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<Params, Query, Body>): RouteSpec<Params, Query, Body> {
  return spec;
}

/** Registers a route: scope first, then its input by schema, then `run`, which answers or throws. */
export function bindRoute<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  router: Router,
  requireScope: RequireScope,
  spec: RouteSpec<Params, Query, Body>,
  run: (call: Call<Params, Query, Body>) => Promise<void>,
): void {
  router[spec.method](spec.path, requireScope(spec.scope), async (req: Request, res: Response) => {
    const params = parseInput(spec.params ?? NONE, req.params, 'query-invalid');
    const query = parseQuery(spec.query ?? NONE, req);
    const body = spec.body ? await readJson(req, spec.body) : undefined;
    // Without a schema the parts are empty, which is what their types say then.
    await run({ params, query, body, req, res } as Call<Params, Query, Body>);
  });
}
