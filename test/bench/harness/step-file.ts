import { readFile } from 'node:fs/promises';
import { waitUntil } from '../../support/wait-until.js';

/** Waits for a file that a step writes with one `echo` or `date`, and answers its numbers. */
export function readStepFile(path: string, deadlineMs = 120_000): Promise<number[]> {
  const look = async () => {
    const text = await readFile(path, 'utf8').catch(() => '');
    return text.endsWith('\n') ? text.trim().split(/\s+/).map(Number) : null;
  };
  return waitUntil(look, { what: `a step wrote ${path}`, everyMs: 10, deadlineMs });
}

/** What `date +%s%N` wrote, in Unix milliseconds. */
export async function readStepTime(path: string): Promise<number> {
  return ((await readStepFile(path))[0] ?? Number.NaN) / 1e6;
}
