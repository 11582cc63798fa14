import type { Request, RequestHandler } from 'express';
import type { z } from 'zod';
import type { FunctionContext } from '#lib/function-context.js';
import { parseJson, requireJsonType } from '#lib/http/json-body.js';
import { parseInput } from '#lib/http/parse-input.js';
import { readRawBody } from '#lib/http/raw-body.js';
import { verifyWebhookSignature } from '#lib/http/webhook-signature.js';
import { receiveDelivery } from '#lib/redis/deliveries.js';
import { findMirror } from '#lib/redis/mirrors.js';
import { noteTrail } from '#lib/redis/trail.js';
import { judgeDelivery } from './judge-delivery.js';
import { WebhookHeaders } from './webhook-payload.js';

/** `POST /`: GitHub's webhook. Answers 202 when the delivery is on disk, or when there is nothing to do for it. */
export function receiveWebhook({ room, secrets, now }: FunctionContext): RequestHandler {
  return async (req, res) => {
    const body = await readRawBody(req);
    const header = req.get('X-Hub-Signature-256');
    verifyWebhookSignature({ header, body, secrets: await secrets.readAll('webhook-secret') });
    const headers = readHeaders(req);
    requireJsonType(req);
    const delivery = { id: headers['X-GitHub-Delivery'], type: headers['X-GitHub-Event'], payload: parseJson(body) };

    const judgement = await judgeDelivery({ ...delivery, now: now() }, (repo) => findMirror(room, repo));
    switch (judgement.kind) {
      case 'ping':
        res.status(200).json({ accepted: false, code: 'ping', reason: 'the webhook works' });
        return;
      case 'nothing': {
        const { code, reason, sha } = judgement;
        if (sha) await noteTrail(room, sha, code, `delivery ${delivery.id}: ${reason}`);
        res.status(202).json({ accepted: false, code, reason });
        return;
      }
      case 'take': {
        const outcome = await receiveDelivery(room, judgement.event);
        const repeated = { accepted: false, code: 'delivery-repeated', reason: 'this delivery came before' };
        res.status(202).json(outcome === 'accepted' ? { accepted: true } : repeated);
      }
    }
  };
}

function readHeaders(req: Request): z.output<typeof WebhookHeaders> {
  const names = Object.keys(WebhookHeaders.shape);
  return parseInput(WebhookHeaders, Object.fromEntries(names.map((name) => [name, req.get(name)])), 'header-invalid');
}
