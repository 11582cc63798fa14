import { createHash } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import { COMMANDS, INCLUDES } from './commands.generated.js';
import { type CommandName, loadCommand } from './load-command.js';

type Reply = string | number | null | Reply[];

/** A connection to the queue's Redis and its scripts. Only this folder looks inside. */
export interface Room {
  readonly redis: Redis;
  /** Runs a script; `input` becomes ARGV[1] as JSON, `bytes` ARGV[2]. */
  run(name: CommandName, input: object, bytes?: Buffer): Promise<Reply>;
  /**
   * Another connection to the same server, for blocking reads and subscriptions. It connects by itself, again after each loss;
   * a loss rejects what waits on it. The caller ends it with `closeReader`.
   */
  connect(): Redis;
}

export interface RoomOptions {
  /** Shown in CLIENT LIST. */
  readonly name?: string;
  /** For a URL without one. */
  readonly password?: string | undefined;
  /** How long a call waits for an absent Redis before it is rejected, in milliseconds. */
  readonly waitMs?: number;
  /** False: a command whose answer got lost is not sent again by itself. */
  readonly resend?: boolean;
  /** Includes of the scripts; tests put their clock in. */
  readonly includes?: Readonly<Record<string, string>>;
}

/** Opens the room at a `redis://` URL or the path of a unix socket. Connects by itself, and again after each loss. */
export function openRoom(url: string, options: RoomOptions = {}): Room {
  const { name = 'raibid', password, waitMs = 8000, resend = true, includes = INCLUDES } = options;
  const settings: RedisOptions = {
    connectionName: name,
    ...(password !== undefined && { password }),
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(20 * times, 500),
    autoResendUnfulfilledCommands: resend,
    enableReadyCheck: true,
  };
  const redis = new Redis(url, { ...settings, commandTimeout: waitMs });
  // Losses are expected and mended by reconnecting; the commands concerned are rejected one by one.
  redis.on('error', () => {});
  const scripts = loadScripts(includes);

  return {
    redis,
    async run(command, input, bytes) {
      const { text, sha } = scripts[command];
      const values: (string | Buffer)[] = [writeInput(input)];
      if (bytes) values.push(bytes);
      try {
        return (await redis.evalsha(sha, 0, ...values)) as Reply;
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return (await redis.eval(text, 0, ...values)) as Reply;
      }
    },
    connect() {
      // A call that waits for a lost answer would wait for ever: without a resend ioredis forgets it.
      // The client's own subscribing anew is a promise that nobody catches.
      const lossy = { maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, autoResubscribe: false };
      const reader = new Redis(url, { ...settings, ...lossy, connectionName: `${name}-reader` });
      reader.on('error', () => {});
      return reader;
    },
  };
}

/** Half a surrogate pair, which JSON from outside may hold, is no text to the scripts' reader: it becomes U+FFFD. */
function writeInput(input: object): string {
  const json = JSON.stringify(input);
  if (!json.includes('\\ud')) return json;
  // Read escape by escape: a backslash of the text is written as two.
  return json.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (escape) => (escape.length > 2 ? '\ufffd' : escape));
}

function loadScripts(includes: Readonly<Record<string, string>>): Record<CommandName, { text: string; sha: string }> {
  const entries = (Object.keys(COMMANDS) as CommandName[]).map((name) => {
    const text = loadCommand(name, includes);
    return [name, { text, sha: createHash('sha1').update(text).digest('hex') }] as const;
  });
  // Object.fromEntries forgets that every name is there.
  return Object.fromEntries(entries) as Record<CommandName, { text: string; sha: string }>;
}

/** Answers when Redis does; rejects when it stays away. */
export async function pingRoom(room: Room): Promise<void> {
  await room.redis.ping();
}

/** Closes the connection; calls that are under way are rejected. */
export function closeRoom(room: Room): void {
  closeReader(room.redis);
}

/** Ends a connection; calls that are under way are rejected. */
export function closeReader(reader: Redis): void {
  // Between two tries ioredis would leave the calls that wait without an answer; a try that is broken off rejects them.
  if (reader.status === 'reconnecting') reader.connect().catch(() => {});
  reader.disconnect();
}
