import type { RequestListener } from 'node:http';
import { authorizeCalls, type FunctionContext, type Runtime } from '#lib/function-context.js';
import { createFunctionApp } from '#lib/http/function-app.js';
import { openFunctionContext } from '#lib/open-context.js';
import { bindRoute } from '#lib/http/route.js';
import { listAgents } from '#lib/redis/agents.js';
import { getJob, listJobs } from '#lib/redis/jobs.js';
import { listMirrors } from '#lib/redis/mirrors.js';
import { viewMirror } from '#lib/views/mirror-view.js';
import { createChangeFeed } from './change-feed.js';
import { explainCommit } from './explain-commit.js';
import { renderMetrics } from './metrics.js';
import { OPENAPI } from './openapi.generated.js';
import { ROUTES } from './routes.js';
import { serveEvents } from './serve-events.js';
import { serveLogs } from './serve-logs.js';
import { summarise, viewAgent } from './summary.js';
import { viewJobs } from './view-jobs.js';

/** status: whoever wants to see something asks here. It changes nothing. */
export function createHandler(context: FunctionContext): RequestListener {
  const { room, log, now } = context;
  const feed = createChangeFeed(room, log);
  return createFunctionApp({
    ...context,
    name: 'status',
    routes(router) {
      const scopes = authorizeCalls(context);
      bindRoute(router, scopes, ROUTES.listJobs, async ({ query, res }) => {
        const { state, ...filter } = query;
        const { jobs, nextCursor } = await listJobs(room, { states: state, ...filter });
        res.json({ jobs: await viewJobs(room, jobs, now()), ...(nextCursor !== null && { nextCursor }) });
      });
      bindRoute(router, scopes, ROUTES.showJob, async ({ params, res }) => {
        const [view] = await viewJobs(room, [await getJob(room, params.id)], now());
        res.json(view);
      });
      bindRoute(router, scopes, ROUTES.logs, (call) => serveLogs(context, call));
      bindRoute(router, scopes, ROUTES.events, ({ req, res }) => serveEvents(context, feed, req, res));
      bindRoute(router, scopes, ROUTES.summary, async ({ res }) => {
        res.json(await summarise(room));
      });
      bindRoute(router, scopes, ROUTES.agents, async ({ res }) => {
        res.json({ agents: (await listAgents(room)).map(viewAgent) });
      });
      bindRoute(router, scopes, ROUTES.mirrors, async ({ res }) => {
        res.json({ mirrors: (await listMirrors(room)).map(viewMirror) });
      });
      bindRoute(router, scopes, ROUTES.why, async ({ params, res }) => {
        res.json(await explainCommit(context, params.sha));
      });
      bindRoute(router, scopes, ROUTES.metrics, async ({ res }) => {
        res.type('text/plain; version=0.0.4').send(await renderMetrics(room));
      });
      bindRoute(router, scopes, ROUTES.openapi, async ({ res }) => {
        res.json(OPENAPI);
      });
    },
    events: {},
  });
}

/** The function in its image. */
export default async function setup(runtime: Runtime): Promise<RequestListener> {
  return createHandler(await openFunctionContext('status', runtime));
}
