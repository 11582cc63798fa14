import type { Logger } from 'pino';
import type { Archive } from './archive/archive.js';
import { createAuthorizer, type RequireScope } from './http/bearer.js';
import type { Mirrors } from './mirrors/mirrors.js';
import type { Room } from './redis/room.js';
import { findToken } from './redis/tokens.js';
import type { Secrets } from './secrets.js';

/** What a function gets from the program that serves it. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What every function is made of; built once, by whoever runs the function. */
export interface FunctionContext {
  readonly room: Room;
  readonly mirrors: Mirrors;
  /** Null where nothing keeps logs that leave Redis. */
  readonly archive: Archive | null;
  readonly secrets: Secrets;
  readonly log: Logger;
  /** Name of the build that runs, told with its health; '' where nobody asks. */
  readonly build: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
}

/** Who may call what: the admin token of the secrets, and the tokens in Redis. */
export function authorizeCalls({ room, secrets }: Pick<FunctionContext, 'room' | 'secrets'>): RequireScope {
  return createAuthorizer({
    readAdminToken: () => secrets.read('admin-token'),
    findToken: (hash) => findToken(room, hash),
  });
}
