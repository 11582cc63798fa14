import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { spawnBound } from '../../../cli/local/bound-process.js';
import { waitUntil } from '../../support/wait-until.js';
import { createApi, type Api } from './api.js';
import { withDirectory } from './with-directory.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/cli/main.mjs', import.meta.url));
const STOP_MS = 30_000;

export interface BenchPlatform extends Api {
  /** Process id of `raibid up`. */
  readonly pid: number;
  readonly url: string;
  readonly webhookSecret: string;
  /** Data directory. */
  readonly data: string;
}

export interface PlatformChoice {
  readonly maxAgents?: number;
  readonly warm?: number;
}

/** Runs `raibid up`, as a user would, in a process and a directory of its own while `work` measures it from outside. */
export function withPlatform<T>(choice: PlatformChoice, work: (platform: BenchPlatform) => Promise<T>): Promise<T> {
  return withDirectory(async (directory) => {
    const data = join(directory, 'data');
    // For instance --cpu-prof --cpu-prof-dir=DIR, to see where the platform's time goes.
    const flags = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
    const args = [...flags, PROGRAM, 'up', '--data', data, '--port', '0', '--warm', String(choice.warm ?? 1)];
    if (choice.maxAgents !== undefined) args.push('--max-agents', String(choice.maxAgents));
    // It ends with the bench, however that ends.
    const up = await spawnBound(process.execPath, args, { env: process.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    up.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2000)));
    try {
      return await work(await findPlatform(up, data, () => words));
    } finally {
      await stop(up);
    }
  });
}

async function findPlatform(up: ChildProcess, data: string, lastWords: () => string): Promise<BenchPlatform> {
  const url = await waitUntil(
    async () => {
      if (up.exitCode !== null) throw new Error(`raibid up ended with ${up.exitCode}: ${lastWords()}`);
      const text = await readFile(join(data, 'platform.json'), 'utf8').catch(() => null);
      return text === null ? null : z.object({ url: z.string() }).parse(JSON.parse(text)).url;
    },
    { what: 'the platform is up' },
  );
  const read = async (name: string) => (await readFile(join(data, 'secrets', name), 'utf8')).trim();
  const api = createApi({ url, token: await read('admin-token') });
  await waitUntil(api.isHealthy, { what: 'the platform is healthy' });
  return { ...api, url, data, pid: up.pid ?? 0, webhookSecret: await read('webhook-secret') };
}

async function stop(up: ChildProcess): Promise<void> {
  if (up.exitCode !== null || up.signalCode !== null) return;
  const gone = once(up, 'exit');
  up.kill('SIGTERM');
  const timer = setTimeout(() => up.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
}
