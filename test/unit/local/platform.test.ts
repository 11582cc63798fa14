import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProcFile } from '../../../functions/_agent/stray/processes.js';
import { readPlatformFile } from '../../../cli/local/platform-file.js';
import { type Platform, type PlatformEvent, type PlatformOptions, startPlatform } from '../../../cli/local/platform.js';
import { registerAgent } from '#lib/redis/agents.js';
import { findJob } from '#lib/redis/jobs.js';
import { closeRoom, openRoom } from '#lib/redis/room.js';
import { caught } from '../../support/caught.js';
import { create, idOf, takeJob } from '../../support/room-jobs.js';
import { waitUntil } from '../../support/wait-until.js';
import { findMarked } from '../../support/platform-processes.js';
import { makeScratch, PATIENT_AGENT, STUBBORN_AGENT, writeAgent } from './scratch.js';

describe('local/platform', () => {
  let scratch: Awaited<ReturnType<typeof makeScratch>>;
  let data: string;
  const running: Platform[] = [];

  beforeEach(async () => {
    scratch = await makeScratch();
    data = join(scratch.path, 'data');
  });
  afterEach(async () => {
    for (const platform of running.splice(0)) await platform.stop({ deadlineMs: 0 });
    await scratch.remove();
  });

  async function start(options: Partial<PlatformOptions> & { agent?: string } = {}): Promise<Platform> {
    const platform = await startPlatform({
      dataDirectory: data,
      agentProgram: await writeAgent(scratch.path, options.agent ?? PATIENT_AGENT),
      port: 0,
      maxAgents: 2,
      warm: 1,
      env: process.env,
      now: Date.now,
      random: Math.random,
      ...options,
    });
    running.push(platform);
    return platform;
  }

  async function readCookie(): Promise<string> {
    return `RAIBID_HOME_ID=${await readFile(join(data, 'home-id'), 'utf8')}`;
  }

  /** Processes of this data directory: redis-server and one waiting agent when all is well. */
  async function countProcesses(): Promise<number> {
    return findMarked(await readCookie()).length;
  }

  async function ask(platform: Platform, path: string): Promise<Response> {
    const token = await readFile(join(data, 'secrets', 'admin-token'), 'utf8');
    return fetch(platform.url + path, { headers: { Authorization: `Bearer ${token}` } });
  }

  it('is ready, healthy and known when it has started', async () => {
    const platform = await start();
    expect((await fetch(`${platform.url}/function/status/healthz`)).status).to.equal(200);
    const file = await readPlatformFile(join(data, 'platform.json'));
    expect(file).to.include({ pid: process.pid, url: platform.url });
    expect((await stat(data)).mode & 0o777).to.equal(0o700);
    expect(await (await ask(platform, '/function/dispatch/control')).json()).to.deep.include({ capacity: { rust: 2 } });
    await waitUntil(async () => (await countProcesses()) === 2);
  });

  it('keeps the capacity that was set when none is given', async () => {
    await (await start({ maxAgents: 5 })).stop();
    expect((await start({ maxAgents: null })).slots).to.equal(5);
  });

  it('leaves nothing running when it stops, and says what it waits for', async () => {
    const events: PlatformEvent[] = [];
    const platform = await start({ onEvent: (event) => events.push(event) });
    await waitUntil(async () => (await countProcesses()) === 2);
    await platform.stop();
    expect(events).to.deep.equal([{ kind: 'stopping', agents: 1, deadlineMs: 10_000 }]);
    expect(await countProcesses()).to.equal(0);
    expect(await readPlatformFile(join(data, 'platform.json'))).to.equal(null);
    expect(await fetch(platform.url).catch(() => 'refused')).to.equal('refused');
    const lines = (await readFile(join(data, 'platform.log'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => String((JSON.parse(line) as { msg: unknown }).msg))).to.include('platform has stopped');
  });

  it('kills everything at once when told so, also in the middle of stopping', async () => {
    const platform = await start({ agent: STUBBORN_AGENT });
    await waitUntil(async () => (await countProcesses()) === 2);
    const stopping = platform.stop({ deadlineMs: 60_000 });
    platform.stopNow();
    await waitUntil(async () => (await countProcesses()) === 0);
    await stopping;
  });

  it('refuses a second one on the same directory, and disturbs nothing', async () => {
    const platform = await start();
    const error = await caught(start());
    expect(error.code).to.equal('platform-running');
    expect(error.message).to.contain(platform.url).and.to.contain(String(process.pid));
    expect((await fetch(`${platform.url}/healthz`)).status).to.equal(200);
  });

  it('leaves nothing running when its port is taken', async () => {
    const platform = await start();
    const first = data;
    data = join(scratch.path, 'other');
    const error = await caught(start({ port: Number(new URL(platform.url).port) }));
    expect(error.code).to.equal('port-taken');
    expect(await countProcesses()).to.equal(0);
    data = first;
  });

  it('is unhealthy while redis-server is away, and healthy again after', async () => {
    const platform = await start();
    const redis = findMarked(await readCookie()).find((pid) => readProcFile(pid, 'status').includes('redis-server'));
    if (redis === undefined) throw new Error('there is no redis-server');
    process.kill(redis, 'SIGSTOP');
    const away = await fetch(`${platform.url}/function/status/healthz`);
    expect(away.status).to.equal(503);
    process.kill(redis, 'SIGKILL');
    await waitUntil(async () => (await fetch(`${platform.url}/function/status/healthz`)).status === 200);
  });

  it('takes nothing along when it is killed, and goes on where it was at the next start', async () => {
    const agentProgram = await writeAgent(scratch.path, STUBBORN_AGENT);
    const script = fileURLToPath(new URL('run-platform.ts', import.meta.url));
    const args = ['--import', 'tsx', '--conditions=source', script, data, agentProgram];
    const victim = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(victim.stdout, 'data');
    const room = openRoom(join(data, 'redis', 'redis.sock'));
    await create(room, 1);
    await takeJob(room, 'ghost');
    await registerAgent(room, { id: 'idle-ghost', type: 'rust', host: 'box', pid: 1 });
    closeRoom(room);
    const workspace = join(data, 'work', `${idOf(1)}.1`);
    await mkdir(workspace);
    await writeFile(join(workspace, 'lock'), '');
    await mkdir(join(data, 'work', 'o'));
    await waitUntil(async () => (await countProcesses()) >= 2);

    victim.kill('SIGKILL');
    await once(victim, 'exit');
    await waitUntil(async () => (await countProcesses()) === 0);

    const platform = await start();
    const agents = (await (await ask(platform, '/function/status/agents')).json()) as { agents: { id: string }[] };
    expect(agents.agents.map(({ id }) => id)).not.to.include.members(['ghost']);
    const again = openRoom(join(data, 'redis', 'redis.sock'));
    expect(await findJob(again, idOf(1))).to.include({ state: 'ready', lost: 1 });
    closeRoom(again);
    await waitUntil(async () => (await readdir(join(data, 'work'))).join() === 'o');
  });
});
