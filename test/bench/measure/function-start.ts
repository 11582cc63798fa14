import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFunction, findBuild } from '../../support/function/build-function.js';
import { startRedis } from '../../support/redis-server.js';
import type { Bench } from '../bench.js';
import { kill, readReadyLine, spawnBareServer } from '../harness/bare-server.js';
import { median } from '../harness/percentile.js';
import { withDirectory } from '../harness/with-directory.js';
import { atMost, type Row } from '../row.js';

const SECRETS = ['webhook-secret', 'connector-secret', 'admin-token', 'redis-password'];

/** From spawning node to ready: the largest thing that a function does before it can answer is to be loaded. */
export async function functionStart({ times }: Bench): Promise<Row[]> {
  return withDirectory(async (directory) => {
    const out = await buildFunction(join(directory, 'mirror-sync'), await findBuild('mirror-sync'), { check: false });
    const secrets = join(directory, 'secrets');
    await mkdir(secrets);
    for (const name of SECRETS) await writeFile(join(secrets, name), 'secret');
    const redis = await startRedis({ requirepass: 'secret' });
    const env = {
      upstream_url: 'http://127.0.0.1:0',
      TMPDIR: directory,
      RAIBID_REDIS_URL: redis.url,
      RAIBID_SECRETS_DIR: secrets,
      RAIBID_MIRRORS_DIR: join(directory, 'mirrors'),
    };
    const spawnFunction = () =>
      spawn(process.execPath, ['--enable-source-maps', join(out, 'index.mjs')], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    try {
      const functions: number[] = [];
      const bare: number[] = [];
      for (let n = 0; n < times(20, 3); n += 1) {
        functions.push(await timeStart(spawnFunction));
        bare.push(await timeStart(spawnBareServer));
      }
      const reference = { name: 'a bare node:http server', value: median(bare), unit: 'ms' };
      return [
        atMost(400, {
          name: 'start of mirror-sync, process to ready',
          value: median(functions),
          unit: 'ms',
          reference,
        }),
      ];
    } finally {
      await redis.stop();
    }
  });
}

async function timeStart(spawnIt: () => ChildProcess): Promise<number> {
  const startedAt = performance.now();
  const child = spawnIt();
  try {
    await readReadyLine(child);
    return performance.now() - startedAt;
  } finally {
    await kill(child);
  }
}
