import type { RequestListener } from 'node:http';
import {
  type ConnectedFunction,
  type ConnectedStream,
  type Connector,
  type Schedule,
  startConnector,
} from '../../functions/_connector/connector.js';
import { createHandler as createCacheWarm } from '../../functions/cache-warm/handler.js';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.js';
import { createHandler as createEnqueue } from '../../functions/enqueue/handler.js';
import { createHandler as createMirrorSync } from '../../functions/mirror-sync/handler.js';
import { createHandler as createStatus } from '../../functions/status/handler.js';
import { openArchive } from '#lib/archive/archive.js';
import { FunctionName } from '#lib/core/names.js';
import type { FunctionContext } from '#lib/function-context.js';
import { ownInbox } from '#lib/redis/keys.js';
import { openDiskMirrors } from '#lib/mirrors/disk/open-disk-mirrors.js';
import { openSecrets } from '#lib/secrets.js';
import type { DataDirectory } from './data-directory.js';

export type FunctionListeners = Readonly<Record<FunctionName, RequestListener>>;

/** What the functions are made of when everything lies in one directory. */
export function composeContext(
  directory: DataDirectory,
  parts: Pick<FunctionContext, 'room' | 'log' | 'now' | 'random'>,
): FunctionContext {
  return {
    ...parts,
    mirrors: openDiskMirrors({ directory: directory.mirrors, local: true, now: parts.now }),
    archive: openArchive(directory.logs),
    secrets: openSecrets(directory.secrets, { now: parts.now }),
    build: '',
  };
}

export function createFunctions(context: FunctionContext): FunctionListeners {
  return {
    enqueue: createEnqueue(context),
    dispatch: createDispatch(context),
    'mirror-sync': createMirrorSync(context),
    'cache-warm': createCacheWarm(context),
    status: createStatus(context),
  };
}

/** Where every function takes events. */
export const EVENT_PATH = '/_event';

export const SCHEDULES: Partial<Record<FunctionName, readonly Schedule[]>> = {
  dispatch: [{ type: 'timer.tick', everyMs: 1000, atStart: true }],
  'mirror-sync': [{ type: 'timer.reconcile', everyMs: 5 * 60_000, atStart: true }],
};

const TIMEOUT_MS = 30_000;
/** A first fetch of a large repository takes its time. */
const SYNC_TIMEOUT_MS = 15 * 60_000;
const CONCURRENCY = 8;

/** Connects the inboxes and timers to the functions, which are reached through the gateway as any caller reaches them. */
export function connectFunctions({ room, secrets, log, now, random }: FunctionContext, url: string): Connector {
  const functions = FunctionName.options.map(
    (name): ConnectedFunction => ({
      name,
      own: true,
      streams: [connectInbox(name)],
      url: `${url}/function/${name}${EVENT_PATH}`,
      timeoutMs: name === 'mirror-sync' ? SYNC_TIMEOUT_MS : TIMEOUT_MS,
      concurrency: CONCURRENCY,
      schedules: SCHEDULES[name] ?? [],
    }),
  );
  const readSecret = () => secrets.read('connector-secret');
  return startConnector({ room, functions, readSecret, consumer: 'local', log, now, random });
}

function connectInbox(name: FunctionName): ConnectedStream {
  const inbox = ownInbox(name);
  return { topic: `redis:${inbox.stream}`, inbox, from: 'first' };
}
