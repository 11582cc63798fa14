import type { Inbox } from '#lib/redis/keys.js';

/** A stream whose entries invoke a function. */
export interface ConnectedStream {
  /** As annotated: `redis:<stream>`. */
  readonly topic: string;
  readonly inbox: Inbox;
  /** Where a group that is new begins: with what the stream holds already, or with what comes. */
  readonly from: 'first' | 'next';
}

/** A timer that invokes a function. */
export interface Schedule {
  readonly type: `timer.${string}`;
  readonly everyMs: number;
  /** Whether it is due at each start of the connector, whoever's turn it is. */
  readonly atStart: boolean;
}

/** Where a function is called, and how. */
export interface Target {
  readonly url: string;
  /** A call without an answer after this many ms has failed. */
  readonly timeoutMs: number;
  /** Calls open at once. */
  readonly concurrency: number;
}

export interface ConnectedFunction extends Target {
  /** As the gateway knows it: name, or name.namespace. */
  readonly name: string;
  /** One of ours gets CloudEvents, signed; any other the plain body of a message. */
  readonly own: boolean;
  readonly streams: readonly ConnectedStream[];
  readonly schedules: readonly Schedule[];
}
