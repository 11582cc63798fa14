import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FunctionName } from './core/names.js';
import { RaibidError } from './errors.js';

/** The secrets that a platform makes up for itself. */
export const SECRET_NAMES = ['webhook-secret', 'connector-secret', 'admin-token'] as const;
export type SecretName = (typeof SECRET_NAMES)[number] | 'redis-password';

/** What a function refuses to start without. */
export const REQUIRED_SECRETS: Readonly<Record<FunctionName, readonly SecretName[]>> = {
  'mirror-sync': ['webhook-secret', 'connector-secret', 'admin-token'],
  enqueue: ['connector-secret', 'admin-token'],
  dispatch: ['connector-secret', 'admin-token'],
  'cache-warm': ['connector-secret', 'admin-token'],
  status: ['connector-secret', 'admin-token'],
};

export interface Secrets {
  /** The secret in force: the first line of its file. Throws secret-missing. */
  read(name: SecretName): Promise<string>;
  /** While a secret is being rotated its file holds one per line, new before old; all of them count. Throws secret-missing. */
  readAll(name: SecretName): Promise<readonly [string, ...string[]]>;
}

/** Long enough to spare the disk under load, short enough that a rotation needs no restart. */
const CACHE_MS = 1000;

/** The secrets of a directory, one file per secret, read when used. `now` is in milliseconds. */
export function openSecrets(directory: string, { now }: { now: () => number }): Secrets {
  const cache = new Map<SecretName, { readAt: number; lines: readonly [string, ...string[]] }>();

  async function readAll(name: SecretName): Promise<readonly [string, ...string[]]> {
    const cached = cache.get(name);
    const age = cached ? now() - cached.readAt : Infinity;
    if (cached && age >= 0 && age < CACHE_MS) return cached.lines;
    const readAt = now();
    const lines = await readLines(directory, name);
    cache.set(name, { readAt, lines });
    return lines;
  }

  return {
    readAll,
    async read(name) {
      const [current] = await readAll(name);
      return current;
    },
  };
}

/** Refuses to start a function whose secrets are not all there; the error names every missing one. */
export async function requireSecrets(secrets: Secrets, names: readonly SecretName[]): Promise<void> {
  const outcomes = await Promise.allSettled(names.map((name) => secrets.read(name)));
  const failures = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length === 0) return;
  const messages = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  throw new RaibidError('secret-missing', messages.join(' '), { cause: failures[0] });
}

/** Password of Redis, where there is one; a URL that holds its own needs none. */
export async function readRedisPassword(secrets: Secrets): Promise<string | undefined> {
  return secrets.read('redis-password').catch((error: unknown) => {
    if (error instanceof RaibidError && error.code === 'secret-missing') return undefined;
    throw error;
  });
}

async function readLines(directory: string, name: SecretName): Promise<readonly [string, ...string[]]> {
  const text = await readFile(join(directory, name), 'utf8').catch((cause: unknown) => {
    throw new RaibidError('secret-missing', `The secret "${name}" can't be read from ${directory}: ${why(cause)}.`, {
      cause,
    });
  });
  const [current, ...older] = text.split(/\r?\n/).filter((line) => line !== '');
  // An empty secret would make every HMAC forgeable.
  if (current === undefined) {
    throw new RaibidError('secret-missing', `The secret "${name}" in ${directory} is an empty file.`);
  }
  return [current, ...older];
}

function why(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  return cause instanceof Error ? cause.message : String(cause);
}
