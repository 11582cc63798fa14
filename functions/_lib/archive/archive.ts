import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { LogBatch } from '../redis/logs.js';

/** Where logs go when they leave Redis: one file an attempt, one batch a line. */
export interface Archive {
  /** Stores a whole log; what was there before is replaced. */
  write(job: string, attempt: number, batches: AsyncIterable<LogBatch>): Promise<void>;
  has(job: string, attempt: number): Promise<boolean>;
  /** The batches after number `after`, in order. */
  read(job: string, attempt: number, after: number): AsyncGenerator<LogBatch>;
  /** Forgets all logs of a job. */
  remove(job: string): Promise<void>;
}

const Line = z.object({ number: z.int(), step: z.int(), at: z.number(), data: z.base64() });

/** An archive of files below a directory. */
export function openArchive(directory: string): Archive {
  const folder = (job: string) => join(directory, job);
  const file = (job: string, attempt: number) => join(folder(job), `${attempt}.ndjson`);

  return {
    async write(job, attempt, batches) {
      await mkdir(folder(job), { recursive: true });
      const unfinished = `${file(job, attempt)}.part`;
      const handle = await open(unfinished, 'w', 0o600);
      try {
        for await (const { data, ...batch } of batches) {
          await handle.write(`${JSON.stringify({ ...batch, data: data.toString('base64') })}\n`);
        }
        // Redis forgets the log after this: it must be on disk first.
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(unfinished, file(job, attempt));
    },

    async has(job, attempt) {
      return stat(file(job, attempt)).then(
        () => true,
        () => false,
      );
    },

    async *read(job, attempt, after) {
      const lines = createInterface({ input: createReadStream(file(job, attempt)), crlfDelay: Infinity });
      for await (const line of lines) {
        const { data, ...batch } = Line.parse(JSON.parse(line));
        if (batch.number > after) yield { ...batch, data: Buffer.from(data, 'base64') };
      }
    },

    async remove(job) {
      await rm(folder(job), { recursive: true, force: true });
    },
  };
}
