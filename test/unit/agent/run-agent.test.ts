import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { AGENT_TYPES } from '#lib/agent-types/index.js';
import { listAgents } from '#lib/redis/agents.js';
import { insist } from '#lib/redis/insist.js';
import { findJob } from '#lib/redis/jobs.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { runAgent } from '../../../functions/_agent/run-agent.js';
import { readAgentSettings } from '../../../functions/_agent/settings.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { hasWaitingReader } from '../../support/room.js';
import { create, idOf } from '../../support/room-jobs.js';
import { waitUntil } from '../../support/wait-until.js';

describe('an agent that waits', () => {
  let server: TestRedis;
  let directory: string;
  /** The test's, and that of the agent, which sends nothing again by itself. */
  let room: Room;
  let agentRoom: Room;
  beforeEach(async () => {
    server = await startRedis();
    directory = await mkdtemp(join(tmpdir(), 'raibid-agent-'));
    room = openRoom(server.url);
    agentRoom = openRoom(server.url, { resend: false, waitMs: 1000 });
  });
  afterEach(async () => {
    closeRoom(room);
    closeRoom(agentRoom);
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  function start(leaving: AbortSignal): Promise<void> {
    const settings = readAgentSettings(
      {
        RAIBID_REDIS_URL: server.url,
        RAIBID_AGENT_TYPE: 'rust',
        RAIBID_AGENT_ID: 'a1',
        RAIBID_MIRRORS_DIR: directory,
        RAIBID_WORK_DIR: directory,
        RAIBID_CARGO_HOME: directory,
        RAIBID_LOG_LEVEL: 'silent',
      },
      { now: Date.now, random: Math.random },
    );
    const mirrors = { url: async (repo: string) => join(directory, `${repo}.git`) };
    const log = pino({ level: 'silent' });
    const [plugin] = AGENT_TYPES;
    return runAgent({ room: agentRoom, settings, plugin, mirrors, log, now: Date.now, random: Math.random, leaving });
  }

  it('takes the next job although Redis was killed while it waited', async () => {
    const leaving = new AbortController();
    const agent = start(leaving.signal);
    await waitUntil(() => hasWaitingReader(room), { what: 'the agent waits' });
    await server.kill();
    await server.start();
    await insist(() => create(room, 1));
    // There is no such mirror: that the job ended shows that it was taken.
    await waitUntil(async () => (await findJob(room, idOf(1)))?.state === 'errored', { what: 'the job was taken' });
    await agent;
  });

  it('leaves when it is told to while Redis is away', async () => {
    const leaving = new AbortController();
    const agent = start(leaving.signal);
    await waitUntil(async () => (await listAgents(room)).length === 1);
    await server.kill();
    leaving.abort();
    await agent;
    expect(leaving.signal.aborted).to.equal(true);
  }).timeout(20_000);
});
