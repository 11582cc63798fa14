import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { findFreePort } from '../free-port.js';
import { startRedis } from '../redis-server.js';

/** What the secrets hold; their files end with a newline. */
export const SECRETS = {
  'webhook-secret': 'webhook-secret of the test',
  'connector-secret': 'connector-secret of the test',
  'admin-token': 'admin-token-of-the-test',
  'redis-password': 'redis-password of the test',
};

/** What a deployed function finds around it: Redis with a password, its secrets as files, and its environment. */
export interface Surroundings {
  readonly room: Room;
  /** Folder with the secrets' files. */
  readonly secrets: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startSurroundings(): Promise<Surroundings> {
  const secrets = await mkdtemp(join(tmpdir(), 'raibid-secrets-'));
  // The function in a container is another user.
  await chmod(secrets, 0o755);
  for (const [name, value] of Object.entries(SECRETS)) {
    await writeFile(join(secrets, name), `${value}\n`, { mode: 0o644 });
  }
  const port = String(await findFreePort());
  const password = SECRETS['redis-password'];
  const redis = await startRedis({ port, bind: '127.0.0.1', requirepass: password });
  const url = `redis://127.0.0.1:${port}`;
  const room = openRoom(url, { name: 'test', password });
  return {
    room,
    secrets,
    env: { RAIBID_REDIS_URL: url, RAIBID_MIRRORS_DIR: '/tmp/mirrors' },
    async stop() {
      closeRoom(room);
      await redis.stop();
      await rm(secrets, { recursive: true, force: true });
    },
  };
}
