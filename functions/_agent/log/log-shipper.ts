import type { Claim } from '#lib/redis/attempts.js';
import { insist } from '#lib/redis/insist.js';
import { appendLog, endLog, type LogBatch } from '#lib/redis/logs.js';
import type { Room } from '#lib/redis/room.js';
import { createLineSplitter, findCut } from './split-lines.js';

/** Bytes of output that one attempt may store. */
const LOG_MOST = 64 * 2 ** 20;
const BATCH_MOST = 64 * 1024;
/** Output is gathered this long before it is sent, in milliseconds. */
const GATHER_MS = 40;
const NOTICE = '\nraibid: the log ends here, it reached its limit; the job went on\n';

export interface LogShipper {
  /** Takes output of a step; never blocks it: what Redis can't take yet is kept in memory, up to the limit of the log. */
  write(step: number, chunk: Buffer): void;
  /** Sends the rest and the end marker; resolves when Redis has all of it. `fenced` when another attempt holds the job. Rejects when Redis refused a part or the signal came. */
  end(): Promise<'ended' | 'fenced'>;
}

export interface LogShipperOptions {
  readonly room: Room;
  readonly claim: Claim;
  readonly now: () => number;
  /** Called when Redis says that the job belongs to another attempt. */
  readonly onFenced: () => void;
  /** Ends the attempts to reach Redis. */
  readonly signal: AbortSignal;
}

/** Sends an attempt's output to Redis in numbered batches, each stored once and in order. */
export function openLogShipper({ room, claim, now, onFenced, signal }: LogShipperOptions): LogShipper {
  const lines = createLineSplitter();
  const queue: LogBatch[] = [];
  let open: { step: number; at: number; parts: Buffer[]; size: number } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let number = 0;
  let taken = 0;
  let state: 'open' | 'full' | 'fenced' | 'failed' = 'open';
  let failure: unknown = null;
  let sending: Promise<void> | null = null;

  function closeBatch(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (!open || open.size === 0) return;
    const bytes = Buffer.concat(open.parts);
    for (let from = 0, to = 0; from < bytes.length; from = to) {
      to = findCut(bytes, from, BATCH_MOST);
      number += 1;
      queue.push({ number, step: open.step, at: open.at, data: bytes.subarray(from, to) });
    }
    open = null;
    sending ??= send()
      .catch((error: unknown) => {
        // Nobody may be waiting for it now; the end of the log tells.
        state = 'failed';
        failure = error;
      })
      .finally(() => {
        sending = null;
      });
  }

  async function send(): Promise<void> {
    if (state === 'failed') return;
    for (let batch = queue[0]; batch; batch = queue[0]) {
      const current = batch;
      const outcome = await insist(() => appendLog(room, claim, current), { signal });
      if (outcome === 'fenced') {
        state = 'fenced';
        queue.length = 0;
        onFenced();
        return;
      }
      if (outcome === 'full') {
        // The place of the batch is taken by the notice, so that the numbers have no gap.
        queue.splice(0, queue.length, { ...current, data: Buffer.from(NOTICE) });
        number = current.number;
        state = 'full';
        continue;
      }
      queue.shift();
    }
  }

  function add(step: number, bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (open && open.step !== step) closeBatch();
    open ??= { step, at: now(), parts: [], size: 0 };
    open.parts.push(bytes);
    open.size += bytes.length;
    if (open.size >= BATCH_MOST) closeBatch();
    else timer ??= setTimeout(closeBatch, GATHER_MS);
  }

  let lastStep = 0;
  return {
    write(step, chunk) {
      if (state !== 'open') return;
      if (step !== lastStep) add(lastStep, lines.rest());
      lastStep = step;
      const room = LOG_MOST - taken;
      taken += chunk.length;
      add(step, lines.push(chunk.length > room ? chunk.subarray(0, room) : chunk));
      if (taken <= LOG_MOST) return;
      add(step, Buffer.concat([lines.rest(), Buffer.from(NOTICE)]));
      state = 'full';
    },

    async end() {
      if (state === 'open') add(lastStep, lines.rest());
      closeBatch();
      while (sending) await sending;
      if (state === 'fenced') return 'fenced';
      if (state === 'failed') throw failure;
      const outcome = await insist(() => endLog(room, claim, number + 1), { signal });
      return outcome === 'fenced' ? 'fenced' : 'ended';
    },
  };
}
