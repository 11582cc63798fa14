import { invokeByRedis } from './proofs/invoke-by-redis.js';
import { killFunction } from './proofs/kill-function.js';
import { rotateSecret } from './proofs/rotate-secret.js';
import { streamEvents } from './proofs/stream-events.js';
import { takeWebhook } from './proofs/take-webhook.js';
import { updateUnderLoad } from './proofs/update-under-load.js';
import type { Proof } from './world.js';

/** In this order: the first makes the mirror that others use. */
export const PROOFS: readonly Proof[] = [
  takeWebhook,
  invokeByRedis,
  streamEvents,
  killFunction,
  updateUnderLoad,
  rotateSecret,
];
