import type { Logger } from 'pino';
import type { FunctionName } from '#lib/core/names.js';
import { makeDeadLetter } from '#lib/redis/dead-letters.js';
import { ackEntry, type InboxEntry, recordTries, type Tries } from '#lib/redis/inbox.js';
import { insist } from '#lib/redis/insist.js';
import { keys } from '#lib/redis/keys.js';
import type { Room } from '#lib/redis/room.js';
import { countTry, isSpent } from './give-up.js';
import type { Invoker } from './invoke.js';
import { describeAnswer, judgeAnswer } from './judge-answer.js';
import { prepareEvent } from './prepare-event.js';
import type { Counters } from './stats.js';

export interface EntryOptions {
  readonly room: Room;
  readonly fn: FunctionName;
  /** Where the function takes events. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly invoker: Invoker;
  readonly counters: Counters;
  /** Wait in ms before the next call, after this many. */
  readonly backoff: (calls: number) => number;
  readonly now: () => number;
  readonly log: Logger;
}

/** An entry, and how it fared so far. */
export interface Attempted {
  readonly entry: InboxEntry;
  readonly tries: Tries | null;
}

/**
 * One call of one entry, and its consequence in Redis. Answers null when the entry is done with, else the record by which
 * it is called again. Throws only when the signal is aborted; the entry then stays pending.
 */
export async function deliverEntry(options: EntryOptions, held: Attempted, signal: AbortSignal): Promise<Tries | null> {
  const { room, fn, url, timeoutMs, invoker, counters, backoff, now, log } = options;
  const { entry } = held;
  const onProblem = (err: unknown) => log.warn({ err, fn, entry: entry.id }, 'Redis did not take it; trying again');
  const must = { signal, onProblem };
  const event = prepareEvent(entry);
  if (!event.ok) return giveUp(entry.event, event.why, '', 0);

  counters.invocations += 1;
  const answer = await invoker.invoke({ url, topic: `redis:${keys.inbox(fn)}`, body: event.body, timeoutMs, signal });
  signal.throwIfAborted();
  const verdict = judgeAnswer(answer);
  switch (verdict.kind) {
    case 'done':
      await insist(() => ackEntry(room, fn, entry.id), must);
      return null;
    case 'dead':
      return giveUp(event.body, describeAnswer(answer), event.delivery, (held.tries?.tries ?? 0) + 1);
    case 'again': {
      const tries = countTry({ before: held.tries, answer, verdict, now: now(), backoff });
      if (isSpent(tries, now())) return giveUp(event.body, tries.why, event.delivery, tries.tries);
      counters.retries += 1;
      log.info({ fn, entry: entry.id, type: entry.type, why: tries.why, tries: tries.tries }, 'event is sent again');
      const kept = await insist(() => recordTries(room, fn, entry.id, tries), must);
      return kept ? tries : null;
    }
  }

  async function giveUp(text: string, why: string, delivery: string, tries: number): Promise<null> {
    await insist(() => makeDeadLetter(room, fn, entry.id, { event: text, why, tries, delivery }), must);
    counters.deadLetters += 1;
    log.warn({ fn, entry: entry.id, type: entry.type, why, tries }, 'event given up');
    return null;
  }
}
