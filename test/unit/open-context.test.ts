import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { openFunctionContext } from '#lib/open-context.js';
import { closeRoom, pingRoom } from '#lib/redis/room.js';
import { createHandler } from '../../functions/status/handler.js';
import { caught } from '../support/caught.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

describe('openFunctionContext', () => {
  let directory: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raibid-context-'));
    env = { RAIBID_SECRETS_DIR: directory, RAIBID_LOG_LEVEL: 'silent', RAIBID_REDIS_URL: 'redis://127.0.0.1:1' };
    await writeFile(join(directory, 'connector-secret'), 'c');
    await writeFile(join(directory, 'admin-token'), 'a');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('names the secrets that are missing', async () => {
    const error = await caught(openFunctionContext('mirror-sync', { env }));
    expect(error.code).to.equal('secret-missing');
    expect(error.message).to.contain('"webhook-secret"');
  });

  it('names the setting that is wrong', async () => {
    const error = await caught(openFunctionContext('status', { env: { ...env, RAIBID_LOG_LEVEL: 'loud' } }));
    expect(error.code).to.equal('config-invalid');
    expect(error.message).to.contain('RAIBID_LOG_LEVEL');
  });

  it('starts without Redis', async () => {
    const context = await openFunctionContext('status', { env });
    const health: RequestListener = createHandler(context);
    await request(health).get('/healthz').expect(200);
    closeRoom(context.room);
  });

  describe('with a Redis that wants a password', () => {
    let redis: TestRedis;
    before(async () => {
      redis = await startRedis({ requirepass: 'open sesame' });
    });
    after(() => redis.stop());

    it('opens it with the one of its secret', async () => {
      await writeFile(join(directory, 'redis-password'), 'open sesame\n');
      const { room } = await openFunctionContext('status', { env: { ...env, RAIBID_REDIS_URL: redis.url } });
      await pingRoom(room);
      closeRoom(room);
    });
  });
});
