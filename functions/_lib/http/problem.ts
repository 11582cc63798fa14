import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { RaibidError } from '../errors.js';
import { endEarly } from './end-early.js';
import { isRedisAway } from '../redis/redis-away.js';

/** The answer to a call that failed (RFC 9457). `instance` is the call id, under which the log has the rest. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
  readonly instance?: string;
}

/** Seconds after which a call that was refused for the moment may come again. */
const RETRY_AFTER = { 425: '1', 503: '2' } as const;

/** The last handler of an app: every error becomes application/problem+json; unexpected ones are logged, not shown. */
export function createProblemHandler({ log }: { log: Logger }): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return (thrown: unknown, req, res, _next) => {
    const callId = res.getHeader('X-Call-Id');
    const error = toRaibidError(thrown);
    res.locals['code'] = error.code;
    if (error.status >= 500) log.error({ err: thrown, callId, code: error.code }, 'request failed');
    if (res.headersSent) {
      // Too late for an answer; a cut connection is the only way left to say that it is not whole.
      res.destroy();
      return;
    }
    if (error.status === 401) res.setHeader('WWW-Authenticate', 'Bearer realm="raibid"');
    if (error.status === 425 || error.status === 503) res.setHeader('Retry-After', RETRY_AFTER[error.status]);
    const problem = toProblem(error, typeof callId === 'string' ? callId : undefined);
    res.status(problem.status).setHeader('Content-Type', 'application/problem+json; charset=utf-8');
    endEarly(req, res, JSON.stringify(problem));
  };
}

export function toProblem(error: RaibidError, callId?: string): Problem {
  const { code, status, hint, message } = error;
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, code, detail: message, hint, ...(callId && { instance: callId }) };
}

/**
 * Anything that was thrown as an error with a code. Schema errors get theirs at the edge (`parseInput`): one that arrives here
 * is about our own data, not the caller's.
 */
function toRaibidError(thrown: unknown): RaibidError {
  if (thrown instanceof RaibidError) return thrown;
  if (isMalformedUrl(thrown)) return new RaibidError('url-invalid', 'The path is not percent-encoded UTF-8.');
  if (isRedisAway(thrown)) return new RaibidError('redis-unavailable', 'Redis does not answer.', { cause: thrown });
  return new RaibidError('internal', 'The call failed inside the function.', { cause: thrown });
}

/** Express marks the URIError of a path that it can't decode with the status. */
function isMalformedUrl(thrown: unknown): boolean {
  return thrown instanceof URIError && 'status' in thrown && thrown.status === 400;
}
