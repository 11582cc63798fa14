import { once } from 'node:events';
import type { Response } from 'express';
import type { z } from 'zod';
import type { FunctionContext } from '#lib/function-context.js';
import { openEventStream, readLastEventId } from '#lib/http/event-stream.js';
import type { Call } from '#lib/http/route.js';
import { getJob } from '#lib/redis/jobs.js';
import type { LogBatch } from '#lib/redis/logs.js';
import { chooseAttempt, followAttempt, type Place, readAttempt } from './read-attempt.js';
import type { LogQuery } from './routes.js';

type LogCall = Call<z.ZodObject<{ id: z.ZodString }>, typeof LogQuery, z.ZodUndefined>;

/** `GET /jobs/<id>/logs`: text, or an event stream where the caller accepts only that. */
export async function serveLogs(context: FunctionContext, { params, query, req, res }: LogCall): Promise<void> {
  const job = await getJob(context.room, params.id);
  const attempt = chooseAttempt(job, query.attempt, query.follow);
  const wantsEvents = req.accepts(['text/plain', 'text/event-stream']) === 'text/event-stream';
  const resumed = Number(readLastEventId(req) ?? query.after);
  const place = { job: job.id, attempt, after: Number.isSafeInteger(resumed) ? resumed : query.after };
  res.setHeader('X-Raibid-Attempt', String(attempt));
  if (wantsEvents) await streamEvents(context, place, query, { req, res });
  else await streamText(context, place, query, res);
}

function isOfStep(batch: LogBatch, step: number | undefined): boolean {
  return step === undefined || batch.step === step;
}

async function streamText(
  context: FunctionContext,
  place: Place,
  { follow, step }: LogCall['query'],
  res: Response,
): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  // One that left while the job was looked up is not told again.
  if (res.destroyed) return;
  res.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (follow) res.flushHeaders();
  const batches = follow ? followAttempt(context, place, gone.signal) : readAttempt(context, place);
  for await (const batch of batches) {
    if (gone.signal.aborted) return;
    if (!isOfStep(batch, step) || res.write(batch.data)) continue;
    await once(res, 'drain', { signal: gone.signal }).catch(() => undefined);
  }
  res.end();
}

async function streamEvents(
  context: FunctionContext,
  place: Place,
  { follow, step }: LogCall['query'],
  { req, res }: Pick<LogCall, 'req' | 'res'>,
): Promise<void> {
  const stream = openEventStream(req, res);
  const batches = follow ? followAttempt(context, place, stream.signal) : readAttempt(context, place);
  for await (const batch of batches) {
    if (!isOfStep(batch, step)) continue;
    const data = { step: batch.step, at: batch.at, text: batch.data.toString('utf8') };
    await stream.send({ event: 'log', id: String(batch.number), data: JSON.stringify(data) });
  }
  if (follow && !stream.signal.aborted) {
    const job = await getJob(context.room, place.job);
    await stream.send({ event: 'end', data: JSON.stringify({ attempt: place.attempt, state: job.state }) });
  }
  stream.close();
}
