import type { RequestHandler } from 'express';
import { ulid } from 'ulid';

/** Gives every call the id that its caller sent as `X-Call-Id`, or a new one, and says it in the answer. */
export function createCallIds({ now, random }: { now: () => number; random: () => number }): RequestHandler {
  return (req, res, next) => {
    const sent = req.get('X-Call-Id');
    // Ids end up in logs: no room for anything else in them.
    const callId = sent !== undefined && /^[A-Za-z0-9._:-]{1,128}$/.test(sent) ? sent : ulid(now(), random);
    res.setHeader('X-Call-Id', callId);
    next();
  };
}
