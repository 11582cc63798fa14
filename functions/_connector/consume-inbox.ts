import { holdInbox, leaveInbox } from '#lib/redis/inbox.js';
import { createDelivery, type Delivery } from './deliver.js';
import type { EntryOptions } from './deliver-entry.js';
import { closeReader } from '#lib/redis/room.js';
import { aborted, pause } from './pause.js';
import { readInbox } from './read-inbox.js';

/** How long Redis may take to note that we leave, in ms; without it others wait for the lease to end. */
const LEAVE_MS = 500;

export interface ConsumeOptions extends EntryOptions {
  readonly consumer: string;
  readonly concurrency: number;
  readonly limit: number;
  /** The right to read an inbox ends this long after it was last renewed, in ms. */
  readonly leaseMs: number;
  /** Told of each delivery that begins. */
  readonly onDelivery: (delivery: Delivery) => void;
}

/**
 * Consumes one inbox until `stopping`, alone: of several connectors one holds the inbox, the others stand by.
 * Open calls may then go on until `deadline`.
 */
export async function consumeInbox(
  options: ConsumeOptions,
  { stopping, deadline }: { stopping: AbortSignal; deadline: AbortSignal },
): Promise<void> {
  const { room, fn, consumer, leaseMs, log } = options;
  while (!stopping.aborted) {
    const held = await holdInbox(room, fn, { consumer, ttlMs: leaseMs, entries: [] }).catch((error: unknown) => {
      log.warn({ err: error, fn }, 'the inbox cannot be held; trying again');
      return false;
    });
    if (held) await serveTerm(options, stopping, deadline);
    else await pause(leaseMs / 3, stopping);
  }
}

/** From the moment the inbox is ours until it is lost or we stop. */
async function serveTerm(options: ConsumeOptions, stopping: AbortSignal, deadline: AbortSignal): Promise<void> {
  const { room, fn, consumer, leaseMs, timeoutMs, log } = options;
  const delivery = createDelivery(options);
  options.onDelivery(delivery);
  const lost = new AbortController();
  const ended = AbortSignal.any([stopping, lost.signal]);
  const renew = setInterval(() => {
    holdInbox(room, fn, { consumer, ttlMs: leaseMs, entries: delivery.held() }).then(
      (held) => {
        if (!held) lost.abort();
      },
      // Redis is away, for others too; the next renewal shows what has become of the lease.
      () => {},
    );
  }, leaseMs / 3);
  const reader = room.connect();
  const stop = () => {
    closeReader(reader);
    // Nothing more is called; and whoever waits for room in the delivery waits no longer.
    void delivery.drain();
  };
  ended.addEventListener('abort', stop, { once: true });
  // A stop that came first is not told again.
  if (ended.aborted) stop();
  // Renewed entries never seem stale, so the longer of both tells a dead holder from a slow function.
  await readInbox({ ...options, reader, delivery, minIdleMs: Math.max(timeoutMs, leaseMs) }, ended);

  if (lost.signal.aborted) log.warn({ fn }, 'another connector holds the inbox now');
  await Promise.race([delivery.drain(), aborted(deadline)]);
  clearInterval(renew);
  const entries = delivery.idle();
  delivery.abort();
  if (lost.signal.aborted) return;
  const left = new AbortController();
  const leave = leaveInbox(room, fn, { consumer, entries }).catch((error: unknown) => {
    log.warn({ err: error, fn }, 'the inbox could not be left');
  });
  await Promise.race([leave, pause(LEAVE_MS, left.signal)]);
  left.abort();
}
