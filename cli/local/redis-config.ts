import { chmod, lstat, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RaibidError } from '#lib/errors.js';

/** The kernel takes 108 bytes; redis-server adds none, but leave room for its temporary names. */
const MAX_SOCKET_PATH_BYTES = 100;

export interface RedisPlaces {
  /** Holds the data; also the working directory of the server. */
  readonly directory: string;
  readonly socket: string;
  readonly config: string;
  readonly log: string;
}

/** Where the server of a data directory has its parts. A socket path that is too long for the kernel is replaced by a short one. */
export async function placeRedis(
  directory: string,
  { homeId, env }: { homeId: string; env: Readonly<Record<string, string | undefined>> },
): Promise<RedisPlaces> {
  const places = { directory, config: join(directory, 'redis.conf'), log: join(directory, 'redis.log') };
  const socket = join(directory, 'redis.sock');
  if (fits(socket)) return { ...places, socket };
  const roots = [env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'].filter((root) => root !== undefined && root !== '');
  const short = roots.map((root) => join(String(root), `raibid-${homeId}`, 'redis.sock')).find(fits);
  if (short === undefined) throw new RaibidError('config-invalid', `The path of the data directory is too long.`);
  await makePrivate(join(short, '..'));
  return { ...places, socket: short };
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}

/** In a directory that all may write to, somebody else may have been there first. */
async function makePrivate(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const stats = await lstat(path);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) {
    throw new RaibidError('config-invalid', `${path} belongs to somebody else.`, { hint: 'Set XDG_RUNTIME_DIR.' });
  }
  await chmod(path, 0o700);
}

/** Writes redis.conf: durable to the last acknowledged write, reachable through the socket only. */
export async function writeRedisConfig({ directory, socket, config, log }: RedisPlaces): Promise<void> {
  const settings: readonly (readonly [string, string])[] = [
    ['port', '0'],
    ['unixsocket', quote(socket)],
    ['unixsocketperm', '700'],
    ['dir', quote(directory)],
    ['logfile', quote(log)],
    ['daemonize', 'no'],
    // The title would overwrite the environment that marks the process as ours.
    ['set-proc-title', 'no'],
    ['databases', '1'],
    ['appendonly', 'yes'],
    ['appendfsync', 'always'],
    ['aof-load-truncated', 'yes'],
    ['auto-aof-rewrite-percentage', '100'],
    ['auto-aof-rewrite-min-size', '64mb'],
    ['save', '""'],
    ['maxmemory', '1gb'],
    ['maxmemory-policy', 'noeviction'],
    ['shutdown-timeout', '0'],
  ];
  await writeFile(config, `${settings.map((setting) => setting.join(' ')).join('\n')}\n`, { mode: 0o600 });
}

/** As redis.conf quotes: what JSON escapes in a path, redis reads the same. */
function quote(path: string): string {
  return JSON.stringify(path);
}
