import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { RaibidError } from '#lib/errors.js';

/** A lock on a workspace, held by whoever holds the descriptor: its owner and the steps that inherit it. */
export interface WorkspaceLock {
  readonly descriptor: number;
  /** Lets go of the owner's hold; the lock is free when the steps are gone too. */
  release(): void;
}

/**
 * Takes the lock on `file`, which is made when missing; null when somebody holds it. Since the kernel drops it with the
 * last process that holds the descriptor, a lock that can be taken proves that nothing works there any more.
 */
export async function lockWorkspace(file: string): Promise<WorkspaceLock | null> {
  const descriptor = openSync(file, 'a', 0o600);
  try {
    const code = await lockDescriptor(descriptor);
    if (code === 0) return { descriptor, release: () => closeSync(descriptor) };
    if (code !== 1) throw new RaibidError('internal', `flock on ${file} ended with ${code}`);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  closeSync(descriptor);
  return null;
}

/** flock(1) locks the open file description that it shares with us, so that the lock stays when it exits. */
async function lockDescriptor(descriptor: number): Promise<unknown> {
  const flock = spawn('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
  try {
    const [code] = await once(flock, 'exit');
    return code;
  } catch (cause) {
    throw new RaibidError('program-missing', 'flock (util-linux) is needed to lock workspaces', { cause });
  }
}
