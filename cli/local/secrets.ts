import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SECRET_NAMES } from '#lib/secrets.js';
import { writeOnce } from './write-once.js';

const SECRET_BYTES = 32;

/** Makes the secrets that are missing: 32 random bytes in hex, readable by the owner only. Never changes one that is there. */
export async function makeSecrets(directory: string): Promise<void> {
  for (const name of SECRET_NAMES) await makeSecret(join(directory, name), SECRET_BYTES);
}

/** The id of this data directory; marks its processes, so that those of another one are left alone. */
export async function readHomeId(root: string): Promise<string> {
  return makeSecret(join(root, 'home-id'), 8);
}

/** Without a newline at the end: whoever reads the whole file has the secret. */
async function makeSecret(path: string, bytes: number): Promise<string> {
  const present = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  return present ?? writeOnce(path, randomBytes(bytes).toString('hex'), randomBytes(4).toString('hex'));
}
