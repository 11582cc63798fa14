import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findOffspring, killAll } from './platform-processes.js';
import { createPlatformApi, type PlatformApi } from './platform-api.js';
import { waitUntil } from './wait-until.js';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.mjs', import.meta.url));
const PlatformFile = z.object({ pid: z.number(), url: z.string() });

export interface TestPlatform extends PlatformApi {
  readonly url: string;
  /** Process id of `raibid up`. */
  readonly pid: number;
  /** Data directory. */
  readonly data: string;
  readonly secrets: { readonly admin: string; readonly webhook: string; readonly connector: string };
  /** What it said to its terminal. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code, null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ctrl-C; answers the exit code. */
  stop(): Promise<number | null>;
}

export interface PlatformChoice {
  readonly maxAgents?: number;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `raibid up` as a user does, as a process of its own, and resolves when it is healthy. */
export async function startPlatform(data: string, choice: PlatformChoice = {}): Promise<TestPlatform> {
  const up = spawnUp(data, choice);
  const url = await waitUntil(
    async () => {
      if (up.code() !== undefined) throw new Error(`raibid up ended with ${String(up.code())}: ${up.output()}`);
      const file = await readFile(join(data, 'platform.json'), 'utf8').catch(() => null);
      const found = file === null ? null : PlatformFile.parse(JSON.parse(file));
      return found?.pid === up.pid ? found.url : null;
    },
    { what: 'the platform is up', deadlineMs: 40_000 },
  );
  const read = (name: string) => readFile(join(data, 'secrets', name), 'utf8');
  const secrets = {
    admin: await read('admin-token'),
    webhook: await read('webhook-secret'),
    connector: await read('connector-secret'),
  };
  const api = createPlatformApi(url, secrets);
  await waitUntil(async () => (await api.call('status/healthz')).status === 200, { what: 'the platform is healthy' });
  return {
    ...api,
    ...up,
    url,
    data,
    secrets,
    stop() {
      up.signal('SIGINT');
      return up.exited;
    },
  };
}

/** Runs `raibid up`, whatever comes of it. */
export function spawnUp(data: string, { maxAgents = 2, port = 0, env = {} }: PlatformChoice = {}) {
  const args = [PROGRAM, 'up', '--data', data, '--port', String(port), '--max-agents', String(maxAgents)];
  const up = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let words = '';
  for (const stream of [up.stdout, up.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (words += text));
  let code: number | null | undefined;
  const exited = new Promise<number | null>((resolve) => {
    up.once('close', (exit) => {
      code = exit;
      resolve(exit);
    });
  });
  if (up.pid === undefined) throw new Error('raibid up could not be started');
  return {
    pid: up.pid,
    output: () => words,
    /** Undefined while it runs. */
    code: () => code,
    exited,
    signal: (name: NodeJS.Signals) => void up.kill(name),
  };
}

export interface PlatformHome {
  /** Scratch directory; the data directory is in it. */
  readonly path: string;
  readonly data: string;
  start(choice?: PlatformChoice): Promise<TestPlatform>;
  /** Ends whatever still runs and removes the directory. */
  remove(): Promise<void>;
}

/** A place for a platform, which may be started there again and again. */
export async function makePlatformHome(): Promise<PlatformHome> {
  const path = await mkdtemp(join(tmpdir(), 'raibid-e2e-'));
  const data = join(path, 'data');
  const started: TestPlatform[] = [];
  return {
    path,
    data,
    async start(choice) {
      const platform = await startPlatform(data, choice);
      started.push(platform);
      return platform;
    },
    async remove() {
      for (const platform of started) platform.signal('SIGKILL');
      await Promise.all(started.map(({ exited }) => exited));
      if (started.length > 0) killAll(findOffspring(data));
      // Workspaces may still be on their way out.
      await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
