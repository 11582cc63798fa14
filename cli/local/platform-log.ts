import { rename, stat } from 'node:fs/promises';
import pino, { type Logger } from 'pino';

/** A log longer than this is set aside at the next start, in bytes. */
const SET_ASIDE_BYTES = 32 * 2 ** 20;

/** Opens the platform's log, JSON lines, for appending. What is logged is in the file when the call returns. */
export async function openPlatformLog(path: string, level: string): Promise<Logger> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > SET_ASIDE_BYTES) await rename(path, `${path}.1`);
  return pino(
    { level, base: { pid: process.pid } },
    pino.destination({ dest: path, append: true, mode: 0o600, sync: true }),
  );
}
