import { rename, stat } from 'node:fs/promises';
import pino, { type Logger } from 'pino';
import { messageOf } from '#lib/errors.js';

/** A log longer than this is set aside at the next start, in bytes. */
const SET_ASIDE_BYTES = 32 * 2 ** 20;

/**
 * Opens the platform's log, JSON lines, for appending. What is logged is in the file when the call returns; when the disk does
 * not take it, the platform goes on without. `onProblem` is told once for each problem.
 */
export async function openPlatformLog(
  path: string,
  level: string,
  onProblem: (problem: string) => void,
): Promise<Logger> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > SET_ASIDE_BYTES) await rename(path, `${path}.1`);
  const destination = pino.destination({ dest: path, append: true, mode: 0o600, sync: true });
  const told = new Set<string>();
  destination.on('error', (error: unknown) => {
    const problem = messageOf(error);
    if (!told.has(problem)) onProblem(problem);
    told.add(problem);
  });
  return pino({ level, base: { pid: process.pid } }, destination);
}
