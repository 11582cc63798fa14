import type { Logger } from 'pino';
import { makeDeadLetter, makeStreamDeadLetter } from '#lib/redis/dead-letters.js';
import { ackEntry, recordTries, type Tries } from '#lib/redis/inbox.js';
import { type InboxEntry, textOf } from '#lib/redis/inbox-entry.js';
import { insist } from '#lib/redis/insist.js';
import type { Room } from '#lib/redis/room.js';
import type { ConnectedStream, Target } from './connected-function.js';
import { countTry, isSpent } from './give-up.js';
import type { Invoker } from './invoke.js';
import { type Answer, describeAnswer, judgeAnswer } from './judge-answer.js';
import { prepareEvent } from './prepare-event.js';
import { prepareMessage } from './prepare-message.js';
import type { Counters } from './counters.js';

export interface EntryOptions {
  readonly room: Room;
  /** Name of the function. */
  readonly fn: string;
  readonly own: boolean;
  readonly stream: ConnectedStream;
  /** Asked at each call: annotations change while the connector runs. */
  readonly target: () => Target;
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

export interface EntryCall {
  readonly signal: AbortSignal;
  /** Told of the answer before anything follows from it. */
  readonly onAnswer: (answer: Answer) => void;
}

/**
 * One call of one entry, and its consequence in Redis. Answers null when the entry is done with, else the record by which
 * it is called again. Throws only when the signal is aborted; the entry then stays pending.
 */
export async function deliverEntry(
  options: EntryOptions,
  { entry, tries: before }: Attempted,
  { signal, onAnswer }: EntryCall,
): Promise<Tries | null> {
  const { room, fn, own, target, invoker, counters, backoff, now, log } = options;
  const { topic, inbox } = options.stream;
  const about = { fn, stream: inbox.stream, entry: entry.id, ...(own && { type: textOf(entry, 'type') }) };
  const onProblem = (err: unknown) => log.warn({ err, ...about }, 'Redis did not take it; trying again');
  const must = { signal, onProblem };
  const { body, contentType, problem, delivery } = own ? prepareEvent(entry) : prepareMessage(entry);
  if (problem !== null) return giveUp(problem, 0);

  counters.invocations += 1;
  const { url, timeoutMs } = target();
  const messageId = own ? null : entry.id;
  const answer = await invoker.invoke({ url, topic, body, contentType, messageId, signed: own, timeoutMs, signal });
  signal.throwIfAborted();
  onAnswer(answer);
  const verdict = judgeAnswer(answer, own);
  switch (verdict.kind) {
    case 'done':
      await insist(() => ackEntry(room, inbox, entry.id), must);
      return null;
    case 'dead':
      return giveUp(describeAnswer(answer), (before?.tries ?? 0) + 1);
    case 'again': {
      const tries = countTry({ before, answer, verdict, now: now(), backoff });
      if (isSpent(tries, now())) return giveUp(tries.why, tries.tries);
      counters.retries += 1;
      log.info({ ...about, why: tries.why, tries: tries.tries }, 'event is sent again');
      const kept = await insist(() => recordTries(room, inbox, entry.id, tries), must);
      return kept ? tries : null;
    }
  }

  async function giveUp(why: string, tries: number): Promise<null> {
    const bury = own
      ? () => makeDeadLetter(room, inbox, entry.id, { event: body.toString(), why, tries, delivery })
      : () => makeStreamDeadLetter(room, inbox, entry.id, { body, why, tries });
    await insist(bury, must);
    counters.deadLetters += 1;
    log.warn({ ...about, why, tries }, 'event given up');
    return null;
  }
}
