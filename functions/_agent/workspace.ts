import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RaibidError } from '#lib/errors.js';
import { lockWorkspace, type WorkspaceLock } from './steps/workspace-lock.js';

/** Where one attempt works: nobody else's, gone when it ends. */
export interface Workspace {
  readonly directory: string;
  readonly source: string;
  /** HOME of the steps. */
  readonly home: string;
  readonly lock: WorkspaceLock;
}

/** Makes and locks the workspace of an attempt. */
export async function openWorkspace(workDirectory: string, attemptId: string): Promise<Workspace> {
  const directory = join(workDirectory, attemptId);
  const home = join(directory, 'home');
  await mkdir(home, { recursive: true });
  const lock = await lockWorkspace(join(directory, 'lock'));
  if (!lock) throw new RaibidError('internal', `workspace ${directory} is in use`);
  return { directory, home, source: join(directory, 'source'), lock };
}

/** Lets go of a workspace and removes it, with no hurry. Anything that could not be removed is found at the next start. */
export async function removeWorkspace({ directory, lock }: Workspace): Promise<void> {
  lock.release();
  await removeQuietly(directory);
}

/** Removes a directory at the lowest priority; resolves when it is done, well or not. */
export async function removeQuietly(directory: string): Promise<void> {
  const remover = spawn('nice', ['-n', '19', 'rm', '-rf', '--', directory], { stdio: 'ignore' });
  await once(remover, 'close').catch(() => undefined);
}
