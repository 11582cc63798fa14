import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

export interface LogEntry extends Record<string, unknown> {
  readonly msg: string;
}

/** A logger whose lines can be looked at. */
export function recordLog(): { readonly log: Logger; readonly entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // pino writes whole lines, each with its msg.
      entries.push(JSON.parse(chunk.toString()) as LogEntry);
      done();
    },
  });
  return { log: pino({ level: 'debug' }, stream), entries };
}
