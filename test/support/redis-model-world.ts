import { expect } from 'chai';
import { leaveAgent, registerAgent } from '#lib/redis/agents.js';
import {
  type Claim,
  claimJob,
  finishJob,
  type ReadyEntry,
  readNextEntry,
  requeueJob,
  sendHeartbeat,
} from '#lib/redis/attempts.js';
import { changeControl, TICK_LIMITS, tick } from '#lib/redis/control.js';
import { createJob, type NewJob } from '#lib/redis/create-job.js';
import { cancelJob } from '#lib/redis/jobs.js';
import { appendLog, endLog } from '#lib/redis/logs.js';
import { saveMirror } from '#lib/redis/mirrors.js';
import type { GivenBack } from '#lib/core/retry-policy.js';
import * as model from './redis-model.js';
import { tickModel } from './redis-model-tick.js';
import { SUCCEEDED } from './room-jobs.js';
import { TEST_START, type TestRoom } from './room.js';

interface Receipt {
  readonly agent: string;
  readonly type: string;
  readonly serial: number;
  readonly entry: ReadyEntry;
}

/** The room and the model side by side, with what agents know. Every method does the same to both and compares the answers. */
export interface World {
  readonly test: TestRoom;
  readonly model: model.Model;
  readonly receipts: Receipt[];
  readonly claims: Claim[];
  readonly logBytes: Map<string, number>;
  /** Capacity or a limit was lowered: what runs may be above it for a while. */
  lowered: boolean;
  /** What the event stream told of each job last. */
  readonly told: Map<string, string>;
  lastEvent: string;
  tokens: number;
}

export async function openWorld(test: TestRoom): Promise<World> {
  await test.clear();
  const flags = { paused: false, draining: false, tickAt: 0, tickingSince: 0, epoch: 0, serial: 0 };
  const maps = { jobs: new Map(), capacity: new Map(), repoLimit: new Map(), latest: new Map(), agents: new Map() };
  return {
    test,
    model: { now: TEST_START, ...flags, entries: [], ...maps },
    receipts: [],
    claims: [],
    logBytes: new Map(),
    lowered: false,
    told: new Map(),
    lastEvent: '0',
    tokens: 0,
  };
}

export async function createBoth({ test, model: m }: World, job: NewJob): Promise<void> {
  const known = m.jobs.get(job.id);
  const { outcome } = await createJob(test.room, job);
  expect(outcome).to.equal(known ? 'repeated' : 'created');
  if (known) return;
  if (!m.capacity.has(job.agentType)) m.capacity.set(job.agentType, 1);
  const line = job.supersedes ? `${job.repo} ${job.ref} ${job.agentType}` : '';
  model.createInModel(m, { ...job, type: job.agentType, line });
}

export async function deliver(world: World, agent: string, type: string): Promise<void> {
  const { test, model: m } = world;
  const { draining } = await registerAgent(test.room, { id: agent, type, host: 'box', pid: 1 });
  expect(draining).to.equal(m.draining);
  m.agents.set(agent, { type, job: m.agents.get(agent)?.job ?? '', seenAt: m.now });
  const next = m.entries.find((entry) => entry.type === type && entry.agent === null);
  const entry = await readNextEntry(test.room.redis, type, agent, 1);
  expect(entry?.job).to.equal(next?.job);
  if (!entry || !next) return;
  next.agent = agent;
  world.receipts.push({ agent, type, serial: next.serial, entry });
}

export async function claimBoth(world: World, receipt: Receipt, token: string): Promise<void> {
  const { test, model: m } = world;
  const { agent, type, serial, entry } = receipt;
  const claim = await claimJob(test.room, entry, { type, agent, token });
  const job = m.jobs.get(entry.job);
  if (job?.state === 'running' && job.token === token && job.entry === serial) {
    expect(claim?.job.attempt, 'repeated claim').to.equal(job.attempt);
  } else if (job?.state === 'ready' && job.entry === serial) {
    expect(claim?.job.attempt, 'claim').to.equal(job.attempt + 1);
    Object.assign(job, { state: 'running', token, agent, attempt: job.attempt + 1 });
    Object.assign(job, { leaseUntil: m.now + model.LEASE_MS, logLast: 0, logEnded: false });
    m.agents.set(agent, { type, job: job.id, seenAt: m.now });
    if (claim) world.claims.push(claim);
  } else {
    expect(claim, 'stale claim').to.equal(null);
    if (!(job?.state === 'running' && job.entry === serial)) model.dropEntry(m, serial);
  }
}

function holderOf(m: model.Model, claim: Claim): model.ModelJob | null {
  const job = m.jobs.get(claim.job.id);
  return job?.state === 'running' && job.token === claim.token ? job : null;
}

export async function heartbeatBoth({ test, model: m }: World, claim: Claim): Promise<void> {
  const { verdict } = await sendHeartbeat(test.room, claim);
  const job = holderOf(m, claim);
  expect(verdict).to.equal(job ? (job.cancelling ? 'cancel' : 'kept') : 'lost');
  if (!job) return;
  Object.assign(job, { leaseUntil: m.now + model.LEASE_MS, suspect: null });
  const agent = m.agents.get(job.agent);
  if (agent) agent.seenAt = m.now;
}

export async function appendBoth({ test, model: m, logBytes }: World, claim: Claim, gap: number): Promise<void> {
  const job = holderOf(m, claim);
  const number = Math.max(1, (job?.logLast ?? 0) + gap);
  if (job?.logEnded) return;
  const data = Buffer.from([0, 255, 10, number]);
  const answer = await appendLog(test.room, claim, { number, step: 0, at: m.now, data });
  expect(answer).to.equal(!job ? 'fenced' : number > job.logLast ? 'stored' : 'duplicate');
  if (answer !== 'stored' || !job) return;
  job.logLast = number;
  const name = `${job.id}:${job.attempt}`;
  logBytes.set(name, (logBytes.get(name) ?? 0) + data.length);
}

export async function endLogBoth({ test, model: m }: World, claim: Claim): Promise<void> {
  const job = holderOf(m, claim);
  const answer = await endLog(test.room, claim, (job?.logLast ?? 0) + 1);
  expect(answer).to.equal(!job ? 'fenced' : job.logEnded ? 'duplicate' : 'stored');
  if (job) job.logEnded = true;
}

export async function finishBoth({ test, model: m }: World, claim: Claim, asCancelled: boolean): Promise<void> {
  const job = m.jobs.get(claim.job.id);
  const state = asCancelled ? 'cancelled' : 'failed';
  const cause = asCancelled ? 'user' : 'exit';
  const answer = await finishJob(test.room, claim, { ...SUCCEEDED, state, cause, exitCode: 1 });
  if (job?.token !== claim.token) expect(answer).to.equal('fenced');
  else if (model.isOver(job)) expect(answer).to.equal('already');
  else if (!job.logEnded) expect(answer).to.equal('log-incomplete');
  else {
    expect(answer).to.equal('finished');
    model.stopRunning(m, job);
    model.end(m, job, state, asCancelled && job.cancelling !== '' ? job.cancelling : cause);
    if (!asCancelled) job.supersededBy = '';
    job.cancelling = '';
    model.admit(m);
  }
}

export async function requeueBoth({ test, model: m }: World, claim: Claim, cause: GivenBack): Promise<void> {
  const job = holderOf(m, claim);
  const answer = await requeueJob(test.room, claim, cause);
  expect(answer).to.equal(job ? model.requeue(m, job, cause) : 'fenced');
  model.admit(m);
}

export async function cancelBoth({ test, model: m }: World, id: string): Promise<void> {
  const job = m.jobs.get(id);
  expect(await cancelJob(test.room, id, 'user')).to.equal(job ? model.cancel(m, job, 'user') : 'unknown');
  model.admit(m);
}

export async function leaveBoth({ test, model: m }: World, id: string, cause: GivenBack): Promise<void> {
  const type = m.agents.get(id)?.type;
  if (type === undefined) return;
  expect(await leaveAgent(test.room, { agent: id, type, cause })).to.equal(model.leave(m, id, cause));
}

export async function tickBoth({ test, model: m }: World, unclaimed: boolean): Promise<void> {
  const limits = { ...TICK_LIMITS, unclaimedMs: unclaimed ? 0 : 3_600_000 };
  await tick(test.room, limits);
  tickModel(m, limits);
}

export async function moveClock({ test, model: m }: World, byMs: number): Promise<void> {
  m.now += byMs;
  await test.setTime(m.now);
}

export async function controlBoth(
  world: World,
  { paused, draining, capacity }: { paused?: boolean; draining?: boolean; capacity?: Record<string, number> },
): Promise<void> {
  const { test, model: m } = world;
  await changeControl(test.room, {
    ...(paused === undefined ? {} : { paused }),
    ...(draining === undefined ? {} : { draining }),
    ...(capacity === undefined ? {} : { capacity }),
  });
  m.paused = paused ?? m.paused;
  m.draining = draining ?? m.draining;
  for (const [type, most] of Object.entries(capacity ?? {})) {
    if (most < (m.capacity.get(type) ?? 1)) world.lowered = true;
    m.capacity.set(type, most);
  }
  model.applyControl(m);
}

export async function limitBoth(world: World, repo: string, limit: number): Promise<void> {
  const { test, model: m } = world;
  const before = m.repoLimit.get(repo) ?? 0;
  if (limit > 0 && (before === 0 || limit < before)) world.lowered = true;
  await saveMirror(test.room, { repo, upstream: 'https://example.com/r.git', tags: [], limit });
  m.repoLimit.set(repo, limit);
  model.admit(m);
}
