import { messageOf } from '#lib/errors.js';
import type { Client } from '../../client.js';
import { addLogText, type LogLines, NO_LINES } from '../../ui/status/log-lines.js';

export interface LogPage {
  open(job: string): void;
  close(): void;
  lines(): LogLines;
}

export interface LogPageOptions {
  readonly client: Pick<Client, 'followLog' | 'showJob'>;
  readonly random: () => number;
  readonly onChange: () => void;
}

/** The log of one job at a time, followed while its page is open. */
export function openLogPage({ client, random, onChange }: LogPageOptions): LogPage {
  let lines = NO_LINES;
  let reading = new AbortController();
  const add = (text: string) => {
    lines = addLogText(lines, text);
    onChange();
  };
  const follow = async (job: string, signal: AbortSignal) => {
    const { attempt } = await client.showJob(job);
    const decoder = new TextDecoder();
    await client.followLog(
      { job, attempt: Math.max(1, attempt) },
      {
        signal,
        random,
        onLost: () => undefined,
        onBytes: async (bytes) => {
          if (!signal.aborted) add(decoder.decode(bytes, { stream: true }));
        },
      },
    );
    if (!signal.aborted) add('\n[end of log]\n');
  };
  return {
    lines: () => lines,
    close: () => reading.abort(),
    open: (job) => {
      reading.abort();
      const mine = new AbortController();
      reading = mine;
      lines = NO_LINES;
      follow(job, mine.signal).catch((error: unknown) => {
        if (!mine.signal.aborted) add(`\n[${messageOf(error)}]\n`);
      });
    },
  };
}
