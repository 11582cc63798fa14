import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import setup from '../../functions/_connector/handler.js';
import type { ProofSettings } from './settings.js';

/** Runs the connector here, which finds the functions by the gateway; answers how to stop it. */
export async function startConnector({ gateway, redis }: ProofSettings, secret: string): Promise<() => Promise<void>> {
  const secrets = await mkdtemp(join(tmpdir(), 'raibid-proof-'));
  await Promise.all([
    writeFile(join(secrets, 'connector-secret'), secret, { mode: 0o600 }),
    writeFile(join(secrets, 'redis-password'), redis.password, { mode: 0o600 }),
    writeFile(join(secrets, 'basic-auth-user'), gateway.user, { mode: 0o600 }),
    writeFile(join(secrets, 'basic-auth-password'), gateway.password, { mode: 0o600 }),
  ]);
  const stop = new AbortController();
  await setup({
    env: {
      gateway_url: gateway.url,
      secret_mount_path: secrets,
      rebuild_interval: '2s',
      RAIBID_SECRETS_DIR: secrets,
      RAIBID_REDIS_URL: redis.fromHere,
      RAIBID_CONSUMER: 'proof',
      RAIBID_DRAIN: '5s',
      RAIBID_LOG_LEVEL: 'error',
    },
    stopping: stop.signal,
  });
  return async () => {
    stop.abort();
    await rm(secrets, { recursive: true });
  };
}
