import type { Logger } from 'pino';
import { ulid } from 'ulid';
import { type EventType, makeEvent } from '#lib/core/event.js';
import { messageOf } from '#lib/errors.js';
import type { FunctionName } from '#lib/core/names.js';
import { takeTurn } from '#lib/redis/locks.js';
import type { Room } from '#lib/redis/room.js';
import type { Invoker } from './invoke.js';
import { describeAnswer, judgeAnswer } from './judge-answer.js';
import { pause } from './pause.js';
import type { Counters } from './stats.js';

export interface Schedule {
  readonly type: Extract<EventType, `timer.${string}`>;
  readonly everyMs: number;
  /** Whether it is due at once, whoever's turn it is. */
  readonly atStart: boolean;
}

/** Share of the interval for which a turn is taken: less than all, or its holder would miss every other one. */
const TURN = 0.9;

export interface ScheduleOptions {
  readonly room: Room;
  readonly fn: FunctionName;
  readonly url: string;
  readonly timeoutMs: number;
  readonly invoker: Invoker;
  readonly counters: Counters;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

/** Sends the events of a schedule until `stopping`, one at a time; what is missed is dropped, what fails is not repeated. */
export async function runSchedule(
  options: ScheduleOptions,
  { type, everyMs, atStart }: Schedule,
  { stopping, deadline }: { stopping: AbortSignal; deadline: AbortSignal },
): Promise<void> {
  const { room, fn, url, timeoutMs, invoker, counters, now, random, log } = options;

  async function send(): Promise<void> {
    counters.invocations += 1;
    const id = `${type}-${ulid(now(), random)}`;
    const body = JSON.stringify(makeEvent(type, { id, source: '/raibid/connector', time: now(), data: {} }));
    const answer = await invoker.invoke({ url, topic: `schedule:${type}`, body, timeoutMs, signal: deadline });
    if (judgeAnswer(answer).kind === 'done' || deadline.aborted) return;
    log.warn({ fn, type, problem: describeAnswer(answer) }, 'timer event failed');
  }

  let dueAt = now() + (atStart ? 0 : everyMs);
  for (let first = true; ; first = false) {
    await pause(dueAt - now(), stopping);
    if (stopping.aborted) return;
    const ours = await takeTurn(room, `timer:${fn}:${type}`, Math.ceil(everyMs * TURN)).catch((error: unknown) => {
      log.warn({ fn, type, problem: messageOf(error) }, 'timer event dropped');
      return false;
    });
    if (stopping.aborted) return;
    if (ours || (first && atStart)) await send();
    dueAt += everyMs * Math.max(1, Math.ceil((now() - dueAt) / everyMs));
  }
}
