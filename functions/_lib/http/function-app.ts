import express, { type Express, type RequestHandler, Router } from 'express';
import type { Logger } from 'pino';
import type { FunctionName } from '../core/names.js';
import type { Secrets } from '../secrets.js';
import { createAccessLog } from './access-log.js';
import { createCallIds } from './call-id.js';
import { createEventRoute, type EventTable } from './event-route.js';
import { createProblemHandler } from './problem.js';
import { createUnknownRouteHandler } from './unknown-route.js';

export interface FunctionAppOptions {
  readonly name: FunctionName;
  readonly log: Logger;
  /** Registers the function's routes, without /function/<name>; they bring their own authorisation. */
  readonly routes: (router: Router) => void;
  readonly events: EventTable;
  readonly secrets: Secrets;
  /** Name of the build that runs; '' for none. */
  readonly build: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** 0 ≤ n < 1, for call ids. */
  readonly random: () => number;
}

/** The HTTP face that all functions share: health, call ids, access log, `/_event`, problems. */
export function createFunctionApp(options: FunctionAppOptions): Express {
  const { name, routes, events, secrets, build, now, random } = options;
  const log = options.log.child({ function: name });
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing');

  const router = Router({ caseSensitive: true });
  router.get(['/healthz', '/_/health'], answerHealth(build));
  router.post('/_event', createEventRoute({ events, secrets, now }));
  routes(router);

  app.use(
    stripPrefix(`/function/${name}`),
    createCallIds({ now, random }),
    createAccessLog({ log, now }),
    setSafeHeaders,
  );
  app.use(router, createUnknownRouteHandler(router));
  app.use(createProblemHandler({ log }));
  return app;
}

/** Where no gateway takes `/function/<name>` off the path, such as behind an Ingress, the function does. */
function stripPrefix(prefix: string): RequestHandler {
  return (req, _res, next) => {
    const rest = req.url.startsWith(prefix) ? req.url.slice(prefix.length) : '';
    if (rest === '' ? req.url === prefix : /^[/?]/.test(rest)) req.url = rest.startsWith('/') ? rest : `/${rest}`;
    next();
  };
}

/** Who deploys can see which build answers, whatever the platform says of it. */
function answerHealth(build: string): RequestHandler {
  return (_req, res) => {
    if (build !== '') res.setHeader('X-Raibid-Build', build);
    res.type('text/plain').send('ok');
  };
}

const setSafeHeaders: RequestHandler = (_req, res, next) => {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Cache-Control', 'no-store');
  next();
};
