import { expect } from 'chai';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { startAgent } from '../../../cli/local/agent-process.js';
import { type Scaler, type ScalerOptions, startScaler } from '../../../cli/local/scaler.js';
import { findAgent, listAgents, registerAgent } from '#lib/redis/agents.js';
import { changeControl } from '#lib/redis/control.js';
import { getJob } from '#lib/redis/jobs.js';
import { create, idOf, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, type TestRoom } from '../../support/room.js';
import { waitUntil } from '../../support/wait-until.js';
import { findMarked, isAlive } from '../../support/platform-processes.js';
import { BROKEN_AGENT, makeScratch, PATIENT_AGENT, SILENT, STUBBORN_AGENT, writeAgent } from './scratch.js';

interface Started {
  readonly id: string;
  readonly pid: number;
  readonly warm: boolean;
  readonly buildJobs: number;
}

describe('local/scaler', () => {
  let redis: TestRoom;
  let scratch: Awaited<ReturnType<typeof makeScratch>>;
  let scaler: Scaler | null;
  let output: number;
  const started: Started[] = [];

  before(async () => {
    redis = await openTestRoom();
  });
  beforeEach(async () => {
    await redis.clear();
    scratch = await makeScratch();
    output = openSync(join(scratch.path, 'log'), 'a');
    started.length = 0;
    scaler = null;
  });
  afterEach(async () => {
    await scaler?.stop(0);
    closeSync(output);
    await scratch.remove();
  });
  after(() => redis.stop());

  async function start(agent: string, options: Partial<ScalerOptions> = {}): Promise<Scaler> {
    const program = await writeAgent(scratch.path, agent);
    scaler = startScaler({
      room: redis.room,
      types: ['rust'],
      warm: 0,
      slots: 2,
      cores: 8,
      log: SILENT,
      now: Date.now,
      random: Math.random,
      async startProcess({ id, warm, buildJobs }) {
        const process = await startAgent({ program, env: { RAIBID_AGENT_ID: id }, output });
        started.push({ id, pid: process.pid, warm, buildJobs });
        return process;
      },
      ...options,
    });
    return scaler;
  }

  it('keeps warm agents, inside the slots, and replaces one that is gone', async () => {
    await start(PATIENT_AGENT, { warm: 3 });
    await waitUntil(() => started.length === 2);
    expect(started.map(({ warm, buildJobs }) => ({ warm, buildJobs }))).to.deep.equal([
      { warm: true, buildJobs: 8 },
      { warm: true, buildJobs: 8 },
    ]);
    process.kill(started[0]?.pid ?? 0, 'SIGKILL');
    await waitUntil(() => started.length === 3);
  });

  it('starts an agent for each job up to the capacity, and at once', async () => {
    await changeControl(redis.room, { capacity: { rust: 3 } });
    const running = await start(PATIENT_AGENT);
    for (const n of [1, 2, 3, 4]) await create(redis.room, n);
    await waitUntil(() => started.length === 3);
    // A fourth would come with the next look at the latest: make it look.
    await changeControl(redis.room, { capacity: { rust: 3 } });
    await waitUntil(() => running.countAgents() === 3);
    await changeControl(redis.room, { capacity: { rust: 4 } });
    await waitUntil(() => started.length === 4);
    expect(started.map(({ warm }) => warm)).to.deep.equal([false, false, false, false]);
  });

  it('starts none while the platform drains', async () => {
    await changeControl(redis.room, { draining: true, capacity: { rust: 2 } });
    const running = await start(PATIENT_AGENT, { warm: 1 });
    await changeControl(redis.room, { capacity: { rust: 1 } });
    const seen = running.countAgents();
    await changeControl(redis.room, { draining: false });
    await waitUntil(() => started.length === 1);
    expect(seen).to.equal(0);
  });

  it('gives the job of a killed agent back at once, and ends what the agent had started', async () => {
    await changeControl(redis.room, { capacity: { rust: 1 } });
    const abandoned: string[] = [];
    const parent = `
      import { spawn } from 'node:child_process';
      spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
      ${PATIENT_AGENT}`;
    await start(parent, { slots: 1, onAbandoned: (attempt) => abandoned.push(attempt) });
    await create(redis.room, 1);
    const first = await waitUntil(() => started[0]);
    await takeJob(redis.room, first.id);
    const cookie = `RAIBID_AGENT_ID=${first.id}`;
    await waitUntil(() => findMarked(cookie).length === 2);
    process.kill(first.pid, 'SIGKILL');
    await waitUntil(() => started.length === 2);
    expect(await getJob(redis.room, idOf(1))).to.include({ state: 'ready', attempt: 1 });
    expect(await findAgent(redis.room, first.id)).to.equal(null);
    expect(findMarked(cookie)).to.deep.equal([]);
    expect(abandoned).to.deep.equal([`${idOf(1)}.1`]);
  });

  it('backs off from agents that end as soon as they start, and tells why', async () => {
    const failing: { lastWords: string; waitMs: number }[] = [];
    let time = 1_000_000;
    await start(BROKEN_AGENT, { warm: 1, slots: 1, now: () => time, onFailing: (f) => failing.push(f) });
    // The first failure costs nothing, the second one a second of the clock, which stands still.
    await waitUntil(() => failing.length === 1);
    expect(started).to.have.length(2);
    expect(failing[0]).to.include({ waitMs: 1000, lastWords: 'no such toolchain' });
    time += 1000;
    await waitUntil(() => failing.length === 2);
    expect(started).to.have.length(3);
    expect(failing[1]).to.include({ waitMs: 2000 });
  });

  it('sends its agents away when it stops, and kills those that stay; their jobs count as released', async () => {
    await changeControl(redis.room, { capacity: { rust: 1 } });
    const running = await start(STUBBORN_AGENT, { slots: 1 });
    await create(redis.room, 1);
    const { id, pid } = await waitUntil(() => started[0]);
    await takeJob(redis.room, id);
    await running.stop(100);
    expect(isAlive(pid)).to.equal(false);
    expect(running.countAgents()).to.equal(0);
    expect(await getJob(redis.room, idOf(1))).to.include({ state: 'ready', released: 1, lost: 0 });
    expect(await listAgents(redis.room)).to.deep.equal([]);
  });

  it('kills all at once when told so', async () => {
    const running = await start(STUBBORN_AGENT, { warm: 2 });
    await waitUntil(() => started.length === 2);
    await registerAgent(redis.room, { id: started[0]?.id ?? '', type: 'rust', host: 'box', pid: 1 });
    running.stopNow();
    await waitUntil(() => started.every(({ pid }) => !isAlive(pid)));
  });
});
