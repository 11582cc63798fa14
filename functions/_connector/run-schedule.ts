import type { Logger } from 'pino';
import { ulid } from 'ulid';
import { messageOf } from '#lib/errors.js';
import { takeTurn } from '#lib/redis/locks.js';
import type { Room } from '#lib/redis/room.js';
import type { Schedule, Target } from './connected-function.js';
import type { Invoker } from './invoke.js';
import { describeAnswer, judgeAnswer } from './judge-answer.js';
import { pause } from './pause.js';
import type { Counters } from './counters.js';

/** Share of the interval for which a turn is taken: less than all, or its holder would miss every other one. */
const TURN = 0.9;

export interface ScheduleOptions {
  readonly room: Room;
  readonly fn: string;
  readonly own: boolean;
  readonly target: () => Target;
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
  const { room, fn, own, target, invoker, counters, now, random, log } = options;

  async function send(): Promise<void> {
    counters.invocations += 1;
    const id = `${type}-${ulid(now(), random)}`;
    const { url, timeoutMs } = target();
    const answer = await invoker.invoke({
      ...{ url, topic: `schedule:${type}`, body: makeTimerEvent(type, id, now()), timeoutMs, signal: deadline },
      ...{ contentType: 'application/cloudevents+json', messageId: null, signed: own },
    });
    if (judgeAnswer(answer, own).kind === 'done' || deadline.aborted) return;
    log.warn({ fn, type, problem: describeAnswer(answer) }, 'timer event failed');
  }

  // At a start it is due unless somebody's turn lasts: a timer of a day must not wait for a connector that lives so long.
  let dueAt = now();
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

/** Functions have a type for each event; a timer of somebody else's may have any name. */
function makeTimerEvent(type: Schedule['type'], id: string, now: number): Buffer {
  const time = new Date(now).toISOString();
  const event = { specversion: '1.0', type, datacontenttype: 'application/json', time, id };
  return Buffer.from(JSON.stringify({ ...event, source: '/raibid/connector', data: {} }));
}
