import type { Logger } from 'pino';
import { hearOrders } from '#lib/redis/agents.js';
import { type Claim, HEARTBEAT_MS, sendHeartbeat } from '#lib/redis/attempts.js';
import { insist } from '#lib/redis/insist.js';
import type { Room } from '#lib/redis/room.js';

/** How soon a heartbeat that failed is tried again, in milliseconds. */
const AGAIN_MS = 500;

export interface Lease {
  /** Aborts when the job is to be cancelled. */
  readonly cancelled: AbortSignal;
  /** Aborts when the job belongs to another attempt: nothing may be written any more. */
  readonly lost: AbortSignal;
  /** Says that the job is lost, when another write found it out. */
  markLost(): void;
  /** Asks for orders now, without waiting for the next heartbeat. */
  ask(): Promise<void>;
  /** Whether the platform wants the agent to leave after this job. */
  isDraining(): boolean;
  stop(): void;
}

/** Keeps the right to a job from now on: heartbeats, soon again after a loss of Redis, and the orders that come in between. */
export function keepLease(room: Room, claim: Claim, { agent, log }: { agent: string; log: Logger }): Lease {
  const cancelled = new AbortController();
  const lost = new AbortController();
  let draining = false;
  const stopped = new AbortController();
  let silence = (): void => undefined;
  let timer: NodeJS.Timeout | null = null;
  let beating = false;

  async function beat(): Promise<void> {
    if (stopped.signal.aborted || beating) return;
    beating = true;
    if (timer) clearTimeout(timer);
    let next = HEARTBEAT_MS;
    try {
      const answer = await sendHeartbeat(room, claim);
      draining = answer.draining;
      if (answer.verdict === 'lost') lost.abort();
      else if (answer.verdict === 'cancel') cancelled.abort();
    } catch (error) {
      log.warn({ err: error }, 'heartbeat failed');
      next = AGAIN_MS;
    } finally {
      beating = false;
    }
    if (!stopped.signal.aborted && !lost.signal.aborted) timer = setTimeout(() => void beat(), next);
  }

  const onCancel = (job: string) => {
    if (job === claim.job.id) cancelled.abort();
  };
  async function listen(): Promise<void> {
    silence = await insist(() => hearOrders(room, agent, onCancel), { signal: stopped.signal });
    if (stopped.signal.aborted) silence();
  }
  const heard = listen().catch((error: unknown) => {
    if (!stopped.signal.aborted) log.error({ err: error }, 'orders can not be heard');
  });
  // An order may have come between claim and subscription: the first heartbeat tells.
  void heard.then(beat);
  return {
    cancelled: cancelled.signal,
    lost: lost.signal,
    markLost: () => lost.abort(),
    ask: beat,
    isDraining: () => draining,
    stop() {
      stopped.abort();
      if (timer) clearTimeout(timer);
      silence();
    },
  };
}
