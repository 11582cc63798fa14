import { type Hold, holdInbox, leaveInbox } from '#lib/redis/inbox.js';
import { createDelivery, type Delivery } from './deliver.js';
import type { EntryOptions } from './deliver-entry.js';
import { closeReader } from '#lib/redis/room.js';
import type { Holdings } from './holdings.js';
import { aborted, pause } from './pause.js';
import { readInbox } from './read-inbox.js';

/** How long the next of several connectors takes at most to see that an inbox is free, in ms. */
const STANDBY_MS = 1000;
/** How long Redis may take to note that we leave, in ms; without it others wait for the lease to end. */
const LEAVE_MS = 500;

export interface ConsumeOptions extends EntryOptions {
  readonly consumer: string;
  readonly limit: number;
  readonly holdings: Holdings;
  /** The right to read an inbox ends this long after it was last renewed, in ms. */
  readonly leaseMs: number;
  /** Told of each delivery that begins, and of its end. */
  readonly onDelivery: (delivery: Delivery | null) => void;
}

/**
 * Consumes one inbox until `stopping`, alone: of several connectors one holds the inbox, the others stand by.
 * Open calls may then go on until `deadline`.
 */
export async function consumeInbox(
  options: ConsumeOptions,
  { stopping, deadline }: { stopping: AbortSignal; deadline: AbortSignal },
): Promise<void> {
  const { room, fn, stream, consumer, leaseMs, holdings, log } = options;
  while (!stopping.aborted) {
    const ask = { consumer, held: holdings.count(), ttlMs: leaseMs, entries: [] };
    const hold = await holdInbox(room, stream.inbox, ask).catch((error: unknown): Hold => {
      log.warn({ err: error, fn }, 'the inbox cannot be held; trying again');
      return 'no';
    });
    if (hold === 'no') await pause(Math.min(STANDBY_MS, leaseMs / 3), stopping);
    else await serveTerm(options, stopping, deadline);
  }
}

/** From the moment the inbox is ours until it is lost or given up, or we stop. */
async function serveTerm(options: ConsumeOptions, stopping: AbortSignal, deadline: AbortSignal): Promise<void> {
  const { room, fn, stream, consumer, leaseMs, holdings, target, log } = options;
  const delivery = createDelivery(options);
  options.onDelivery(delivery);
  holdings.take();
  const lost = new AbortController();
  const given = new AbortController();
  const ended = AbortSignal.any([stopping, lost.signal, given.signal]);
  const renew = setInterval(() => {
    const besides = holdings.count() - (given.signal.aborted ? 0 : 1);
    const ask = { consumer, held: besides, ttlMs: leaseMs, entries: delivery.held() };
    holdInbox(room, stream.inbox, ask).then(
      (hold) => {
        if (hold === 'no') lost.abort();
        if (hold === 'wanted' && !ended.aborted && holdings.mayGive()) give();
      },
      // Redis is away, for others too; the next renewal shows what has become of the lease.
      () => {},
    );
  }, leaseMs / 3);
  const give = () => {
    log.info({ fn, stream: stream.inbox.stream }, 'the inbox goes to a connector that holds fewer');
    holdings.leave();
    given.abort();
  };
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
  const minIdleMs = () => Math.max(target().timeoutMs, leaseMs);
  await readInbox({ ...options, reader, delivery, minIdleMs }, ended);

  if (lost.signal.aborted) log.warn({ fn }, 'another connector holds the inbox now');
  await Promise.race([delivery.drain(), aborted(deadline)]);
  clearInterval(renew);
  const busy = delivery.busy();
  delivery.abort();
  options.onDelivery(null);
  if (!given.signal.aborted) holdings.leave();
  if (lost.signal.aborted) return;
  const left = new AbortController();
  const leave = leaveInbox(room, stream.inbox, { consumer, busy }).catch((error: unknown) => {
    log.warn({ err: error, fn }, 'the inbox could not be left');
  });
  await Promise.race([leave, pause(LEAVE_MS, left.signal)]);
  left.abort();
}
