import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect } from 'node:net';
import { waitUntil } from './wait-until.js';

export interface TestRedis {
  /** Path of the unix socket. */
  readonly url: string;
  readonly directory: string;
  /** SIGKILL, without a chance to write anything. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A real redis-server on a unix socket of its own, with the persistence that the platform uses, and more settings. */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'raibid-redis-'));
  const url = join(directory, 'redis.sock');
  const spawnIt = () => spawnServer(directory, url, settings);
  let server = spawnIt();
  await waitUntil(() => accepts(url), { what: 'redis-server accepts' });

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }

  return {
    url,
    directory,
    kill,
    async start() {
      server = spawnIt();
      await waitUntil(() => accepts(url), { what: 'redis-server accepts' });
    },
    async stop() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function spawnServer(directory: string, socket: string, more: Readonly<Record<string, string>>) {
  const settings = ['--port', '0', '--unixsocket', socket, '--dir', directory, '--appendonly', 'yes'];
  const durable = ['--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'];
  const others = Object.entries(more).flatMap(([name, value]) => [`--${name}`, value]);
  return spawn('redis-server', [...settings, ...durable, ...others], { stdio: 'ignore' });
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(socket, () => client.write('PING\r\n'));
    client.once('data', (data) => {
      client.destroy();
      resolve(/^(?:\+PONG|-NOAUTH)/.test(data.toString()));
    });
    client.once('error', () => resolve(false));
  });
}
