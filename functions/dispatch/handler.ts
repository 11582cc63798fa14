import type { RequestListener } from 'node:http';
import { RaibidError } from '#lib/errors.js';
import { authorizeCalls, type FunctionContext, type Runtime } from '#lib/function-context.js';
import { createFunctionApp } from '#lib/http/function-app.js';
import { openFunctionContext } from '#lib/open-context.js';
import { bindRoute } from '#lib/http/route.js';
import { changeControl, readControl, tick } from '#lib/redis/control.js';
import { cancelJob, listLiveJobs } from '#lib/redis/jobs.js';
import { explainWaiting } from '#lib/redis/waiting.js';
import { archiveLogs, removeRetiredJobs } from './archive-logs.js';
import { bindDeadLetters } from './dead-letter-routes.js';
import { retryJob } from './retry-job.js';
import { ROUTES } from './routes.js';
import { bindTokens } from './token-routes.js';

/** dispatch: the life of jobs after they were made, and what the platform may run. */
export function createHandler(context: FunctionContext): RequestListener {
  const { room } = context;
  return createFunctionApp({
    ...context,
    name: 'dispatch',
    routes(router) {
      const scopes = authorizeCalls(context);
      bindRoute(router, scopes, ROUTES.cancel, async ({ params: { id }, res }) => {
        const outcome = await cancelJob(room, id, 'user');
        if (outcome === 'unknown') throw new RaibidError('job-unknown', `there is no job ${id}`);
        if (outcome === 'terminal') throw new RaibidError('job-terminal', `job ${id} has ended`);
        res.status(202).json({ id, outcome });
      });
      bindRoute(router, scopes, ROUTES.retry, async ({ params, res }) => {
        const id = await retryJob(context, params.id);
        res.status(202).json({ id, url: `/function/status/jobs/${id}` });
      });
      bindRoute(router, scopes, ROUTES.readControl, async ({ res }) => {
        res.json(await readControl(room));
      });
      bindRoute(router, scopes, ROUTES.changeControl, async ({ body, res }) => {
        const { pause, drain, resume, capacity } = body;
        if (resume) await changeControl(room, { paused: false, draining: false });
        await changeControl(room, { paused: pause, draining: drain, capacity });
        res.json(await readControl(room));
      });
      bindRoute(router, scopes, ROUTES.plan, async ({ res }) => {
        const waiting = (await listLiveJobs(room, 1000)).filter((job) => job.state !== 'running');
        const jobs = waiting.map(async (job) => ({ id: job.id, ...(await explainWaiting(room, job)) }));
        res.json({ jobs: await Promise.all(jobs) });
      });
      bindDeadLetters(router, scopes, context);
      bindTokens(router, scopes, context);
    },
    events: {
      async 'timer.tick'() {
        await tick(room);
        await archiveLogs(context);
        await removeRetiredJobs(context);
      },
    },
  });
}

/** The function in its image. */
export default async function setup(runtime: Runtime): Promise<RequestListener> {
  return createHandler(await openFunctionContext('dispatch', runtime));
}
