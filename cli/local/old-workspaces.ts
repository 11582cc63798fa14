import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lockWorkspace } from '../../functions/_agent/steps/workspace-lock.js';
import { removeQuietly } from '../../functions/_agent/workspace.js';

/** A workspace is named after its attempt, `<job>.<number>`, and so never used again. */
const ATTEMPT = /^[0-9A-HJKMNP-TV-Z]{26}\.\d+$/;

/** The names of the workspaces that are there. */
export async function listWorkspaces(workDirectory: string): Promise<string[]> {
  return (await readdir(workDirectory)).filter((name) => ATTEMPT.test(name));
}

/** Removes workspaces of attempts that are over, one after the other, with no hurry; one in which something still works stays. */
export async function removeWorkspaces(workDirectory: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const directory = join(workDirectory, name);
    const lock = await lockWorkspace(join(directory, 'lock')).catch(() => null);
    if (lock === null) continue;
    await removeQuietly(directory);
    lock.release();
  }
}
