import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Handler } from './contract.js';
import { describe, type Log } from './log.js';
import { ProblemError, sendProblem } from './problem.js';

/** Calls the handler for every request, and answers for it when it throws. */
export function answerWith(handler: Handler, log: Log): RequestListener {
  return (req, res) => {
    // Writing to an answer that is over is a slip of one request, not the end of the process.
    res.on('error', (error) => log.warn('answer failed', { ...describeRequest(req), ...describe(error) }));
    void call(handler, req, res).catch((thrown: unknown) => answerFailure(thrown, req, res, log));
  };
}

/** What is thrown at once and what is rejected later are one. */
async function call(handler: Handler, req: IncomingMessage, res: ServerResponse): Promise<void> {
  await handler(req, res);
}

function answerFailure(thrown: unknown, req: IncomingMessage, res: ServerResponse, log: Log): void {
  const { callId, ...request } = describeRequest(req);
  const known = thrown instanceof ProblemError ? thrown : null;
  if (known === null || known.status >= 500) log.error('request failed', { callId, ...request, ...describe(thrown) });
  // A whole answer stands. Of one that has begun, only a cut connection says that it is not whole.
  if (res.writableEnded) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  sendProblem(res, { status: known?.status ?? 500, detail: known?.message ?? 'The function failed.', callId });
}

function describeRequest(req: IncomingMessage): { callId: string; method?: string; url?: string } {
  const sent = req.headers['x-call-id'];
  // It ends up in logs and headers: no room for anything else in it.
  const callId = typeof sent === 'string' && /^[\w.:-]{1,128}$/.test(sent) ? sent : randomUUID();
  return { callId, ...(req.method && { method: req.method }), ...(req.url && { url: req.url }) };
}
