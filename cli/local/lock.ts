import { setTimeout as delay } from 'node:timers/promises';
import { lockWorkspace, type WorkspaceLock } from '../../functions/_agent/steps/workspace-lock.js';
import { RaibidError } from '#lib/errors.js';
import type { DataDirectory } from './data-directory.js';
import { type PlatformFile, readPlatformFile, removePlatformFile } from './platform-file.js';

/** How long one that is just starting gets to say where it is, in looks and milliseconds between them. */
const LOOKS = 20;
const LOOK_MS = 100;

/**
 * Takes the data directory for this process. The kernel gives it back when the process ends, however it ends. Throws
 * platform-running with the pid and the URL of the platform that has it.
 */
export async function lockDataDirectory({
  root,
  lockFile,
  platformFile,
}: Pick<DataDirectory, 'root' | 'lockFile' | 'platformFile'>): Promise<WorkspaceLock> {
  const lock = await lockWorkspace(lockFile);
  if (lock === null) {
    const other = await findHolder(platformFile);
    const who = other === null ? 'it is just starting or stopping' : `process ${other.pid} serves it at ${other.url}`;
    throw new RaibidError('platform-running', `A platform already runs on ${root}: ${who}.`);
  }
  // Left by one that was killed; nobody shall be led to it.
  await removePlatformFile(platformFile);
  return lock;
}

async function findHolder(platformFile: string): Promise<PlatformFile | null> {
  for (let look = 0; look < LOOKS; look += 1) {
    const holder = await readPlatformFile(platformFile);
    if (holder !== null) return holder;
    await delay(LOOK_MS);
  }
  return null;
}
