import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';

export interface StreamEvent {
  readonly event?: string;
  readonly id?: string;
  /** Any text; its lines are kept. */
  readonly data: string;
}

export interface EventStream {
  /** Resolves when the connection takes more: await it, so that a slow reader slows the sender. Does nothing once the stream is over. */
  send(event: StreamEvent): Promise<void>;
  close(): void;
  /** Aborts when the stream is over, whoever ended it. */
  readonly signal: AbortSignal;
}

/**
 * Answers with a stream of server-sent events. Comments every `heartbeatMs` keep proxies from cutting it;
 * `retryMs` is how long a client waits before it comes back.
 */
export function openEventStream(
  req: IncomingMessage,
  res: ServerResponse,
  { heartbeatMs = 15_000, retryMs = 2000 }: { heartbeatMs?: number; retryMs?: number } = {},
): EventStream {
  const over = new AbortController();
  const heartbeat = setInterval(() => {
    // A reader that is behind has enough to read.
    if (!res.writableNeedDrain) res.write(': still here\n\n');
  }, heartbeatMs);
  function end(): void {
    clearInterval(heartbeat);
    over.abort();
  }
  res.once('close', end);

  res.statusCode = 200;
  res.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  res.setHeader('Cache-Control', 'no-cache, no-transform');
  res.setHeader('X-Accel-Buffering', 'no');
  res.write(`retry: ${retryMs}\n\n`);

  function close(): void {
    res.end();
    end();
  }
  if (res.destroyed) end();
  else if (req.method === 'HEAD') close();

  let drained: Promise<unknown> | undefined;
  return {
    signal: over.signal,
    close,
    async send(event) {
      const frame = formatEvent(event);
      if (over.signal.aborted) return;
      if (res.write(frame)) return;
      // Shared by all senders that wait; ends with the stream as well.
      drained ??= once(res, 'drain', { signal: over.signal })
        .catch(() => undefined)
        .finally(() => {
          drained = undefined;
        });
      await drained;
    },
  };
}

/** Where a client that comes back left off; null for a new one. The value is the client's word: parse it. */
export function readLastEventId(req: IncomingMessage): string | null {
  const header = req.headers['last-event-id'];
  return typeof header === 'string' && header !== '' && header.length <= 128 ? header : null;
}

function formatEvent({ event, id, data }: StreamEvent): string {
  const lines: string[] = [];
  if (id !== undefined) lines.push(`id: ${requireOneLine(id)}`);
  if (event !== undefined) lines.push(`event: ${requireOneLine(event)}`);
  for (const line of data.split(/\r\n|\r|\n/)) lines.push(`data: ${line}`);
  return `${lines.join('\n')}\n\n`;
}

function requireOneLine(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new TypeError('the id and type of a stream event are one line');
  return text;
}
