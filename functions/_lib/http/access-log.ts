import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** One line per request when it is over. Queries are left out: people put secrets there. */
export function createAccessLog({ log, now }: { log: Logger; now: () => number }): RequestHandler {
  return (req, res, next) => {
    const startedAt = now();
    const { method, path } = req;
    res.once('close', () => {
      const fields = {
        callId: res.getHeader('X-Call-Id'),
        method,
        path,
        status: res.statusCode,
        durationMs: now() - startedAt,
        caller: res.locals['caller'] as unknown,
        code: res.locals['code'] as unknown,
        // Without this a client that left would look like one that was answered.
        ...(!res.writableFinished && { aborted: true }),
      };
      // Probes and timers come every second and say nothing while all is well.
      const routine = path === '/healthz' || path.startsWith('/_');
      if (routine && res.statusCode < 400) log.debug(fields, 'request');
      else log.info(fields, 'request');
    });
    next();
  };
}
