import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers one request, in whatever way node can; an express app is one too. What it throws, or rejects with, becomes a 500
 * `application/problem+json` and a line in the log.
 */
export type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

/** What a function gets when it starts. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts at SIGTERM. Requests go on being answered; event streams are ended; loops of your own should end. */
  readonly stopping: AbortSignal;
  /** The raw bytes of a request. Throws the problem 413 when there are more than `limit` bytes (default 25 MiB). */
  readBody(req: IncomingMessage, options?: { limit?: number }): Promise<Buffer>;
  /** An error to throw: answered with this status, 400 to 599, and this text, which the caller sees. */
  problem(status: number, detail: string): Error;
  /** A line of JSON on stdout; `fields` are added to it. */
  readonly log: {
    info(message: string, fields?: object): void;
    warn(message: string, fields?: object): void;
    error(message: string, fields?: object): void;
  };
}
