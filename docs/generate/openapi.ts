import { z } from 'zod';
import type { RouteSpec } from '#lib/http/route.js';
import { ROUTES as DISPATCH } from '../../functions/dispatch/routes.js';
import { ROUTES as ENQUEUE } from '../../functions/enqueue/routes.js';
import { ROUTES as MIRROR_SYNC } from '../../functions/mirror-sync/routes.js';
import { PushPayload } from '../../functions/mirror-sync/webhook-payload.js';
import { ROUTES as STATUS } from '../../functions/status/routes.js';

/** The routes of all functions, as they validate. */
export const FUNCTIONS: Readonly<Record<string, readonly RouteSpec[]>> = {
  'mirror-sync': list(MIRROR_SYNC),
  enqueue: list(ENQUEUE),
  dispatch: list(DISPATCH),
  status: list(STATUS),
};

function list(routes: object): readonly RouteSpec[] {
  // Each route keeps its own schema types; here only their common shape matters.
  return Object.values(routes) as RouteSpec[];
}

function describeSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

function describeParameters(place: 'path' | 'query', schema: z.ZodObject | undefined): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, type]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: describeSchema(type as z.ZodType),
  }));
}

function describeRoute(route: RouteSpec): object {
  const { summary, scope, params, query, body, answers } = route;
  const responses = Object.entries(answers).map(([status, description]) => [status, { description }]);
  return {
    summary,
    security: [{ bearer: [scope] }],
    parameters: [...describeParameters('path', params), ...describeParameters('query', query)],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: describeSchema(body) } } } }),
    responses: { ...Object.fromEntries(responses), default: { description: 'A problem (application/problem+json).' } },
  };
}

/** The one route that is authorised by a signature. */
function describeWebhook(): object {
  return {
    summary: "GitHub's webhook: push and delete events start something, the others are answered only",
    parameters: ['X-GitHub-Event', 'X-GitHub-Delivery', 'X-Hub-Signature-256'].map((name) => ({
      name,
      in: 'header',
      required: true,
      schema: { type: 'string' },
    })),
    requestBody: { required: true, content: { 'application/json': { schema: describeSchema(PushPayload) } } },
    responses: {
      202: { description: 'On disk, or nothing to do: {"accepted": false, "code", "reason"}.' },
      default: { description: 'A problem (application/problem+json).' },
    },
  };
}

/** The OpenAPI document, generated from the zod schemas that validate. */
export function generateOpenApi(version: string): object {
  const paths: Record<string, Record<string, object>> = { '/function/mirror-sync': { post: describeWebhook() } };
  for (const [name, routes] of Object.entries(FUNCTIONS)) {
    for (const route of routes) {
      const tail = route.path === '/' ? '' : route.path.replace(/:(\w+)/g, '{$1}');
      const path = `/function/${name}${tail}`;
      paths[path] = { ...paths[path], [route.method]: describeRoute(route) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'raibid-ci', version },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths,
  };
}
