import { expect } from 'chai';
import { canMove, INITIAL_STATES, isTerminal, JOB_STATES, type JobState } from '#lib/core/job-state.js';
import { findJob } from '#lib/redis/jobs.js';
import { AGENTS_GROUP, keys } from '#lib/redis/keys.js';
import type { Job } from '#lib/core/job.js';
import type { Redis } from 'ioredis';
import { isActive, type ModelJob } from './redis-model.js';
import type { World } from './redis-model-world.js';

/** Reads everything in Redis that concerns jobs and holds it against the model and against itself. */
export async function checkWorld(world: World): Promise<void> {
  const { redis } = world.test.room;
  const ids = [...world.model.jobs.keys()];
  const found = await Promise.all(ids.map((id) => findJob(world.test.room, id)));
  const jobs = found.filter((job) => job !== null);
  expect(jobs.map((job) => job.id)).to.deep.equal(ids);
  const held = new Map(
    await Promise.all(ids.map(async (id) => [id, await redis.hget(keys.job(id), 'heldBy')] as const)),
  );
  for (const job of jobs) compareJob(job, world.model.jobs.get(job.id));
  await checkIndexes(redis, world, jobs, held);
  await checkCounts(redis, world, jobs);
  await checkStreams(redis, world, jobs);
  await checkHistory(redis, world, jobs);
  checkLimits(world);
}

function compareJob(job: Job, expected: ModelJob | undefined): void {
  if (!expected) throw new Error(`the model has no job ${job.id}`);
  const waits = job.state === 'held' || job.state === 'queued';
  const { attempt, lost, released, agent, supersededBy } = job;
  const seen = { state: waits ? 'waiting' : job.state, attempt, lost, released, agent, supersededBy };
  const wanted = { state: expected.state, attempt: expected.attempt, lost: expected.lost, released: expected.released };
  const rest = { agent: expected.agent, supersededBy: expected.supersededBy, id: job.id };
  const both = { cause: job.cause ?? '', cancelling: job.cancelling ?? '' };
  expect({ ...seen, ...both, id: job.id }).to.deep.equal({
    ...wanted,
    ...rest,
    cause: expected.cause,
    cancelling: expected.cancelling,
  });
  if (waits) expect(job.dueAt, `due time of ${job.id}`).to.equal(expected.dueAt);
  expect(job.finishedAt === null, `${job.id} has an end only when it is over`).to.equal(!isTerminal(job.state));
}

function scoreOf({ arrival, priority }: ModelJob): number {
  return arrival - priority * 1e12;
}

async function readZset(redis: Redis, key: string): Promise<Record<string, number>> {
  const flat = await redis.zrange(key, '0', '-1', 'WITHSCORES');
  return Object.fromEntries(flat.flatMap((id, i) => (i % 2 === 0 ? [[id, Number(flat[i + 1])]] : [])));
}

function index(jobs: readonly ModelJob[], scoreBy: (job: ModelJob) => number): Record<string, number> {
  return Object.fromEntries(jobs.map((job) => [job.id, scoreBy(job)]));
}

async function checkIndexes(redis: Redis, world: World, jobs: readonly Job[], held: Map<string, string | null>) {
  const modelOf = (job: Job) => world.model.jobs.get(job.id);
  const select = (test: (job: Job) => boolean): ModelJob[] => jobs.filter(test).flatMap((job) => modelOf(job) ?? []);
  const same = async (key: string, test: (job: Job) => boolean, scoreBy: (job: ModelJob) => number) => {
    expect(await readZset(redis, key), key).to.deep.equal(index(select(test), scoreBy));
  };
  const byArrival = (job: ModelJob): number => job.arrival;
  await same(keys.jobsAll, () => true, byArrival);
  await same(keys.jobsLive, (job) => !isTerminal(job.state), byArrival);
  for (const repo of new Set(jobs.map((job) => job.repo))) {
    await same(keys.jobsOfRepo(repo), (job) => job.repo === repo, byArrival);
  }
  await same(
    keys.delayed,
    (job) => job.state === 'queued' && job.dueAt !== null,
    (job) => job.dueAt ?? -1,
  );
  await same(
    keys.leases,
    (job) => job.state === 'running',
    (job) => job.leaseUntil,
  );
  for (const type of world.model.capacity.keys()) {
    await same(
      keys.queued(type),
      (job) => job.state === 'queued' && job.dueAt === null && job.agentType === type,
      scoreOf,
    );
  }
  const lanes = new Set(await redis.keys(keys.held('*')));
  for (const job of jobs) if (job.state === 'held') lanes.add(keys.held(held.get(job.id) ?? ''));
  for (const key of lanes) {
    await same(key, (job) => job.state === 'held' && keys.held(held.get(job.id) ?? '') === key, scoreOf);
    const lane = key.slice(keys.held('').length);
    const limit = lane.split(':')[0] ?? '';
    expect(await redis.sismember(keys.lanes(limit), lane), `${lane} is known`).to.equal(1);
  }
}

async function checkCounts(redis: Redis, world: World, jobs: readonly Job[]): Promise<void> {
  const counts: Record<string, string> = {};
  const add = (field: string, by: number): void => {
    if (by !== 0) counts[field] = String(Number(counts[field] ?? 0) + by);
  };
  add('arrivals', jobs.length);
  for (const job of jobs) {
    add(`state:${job.state}`, 1);
    if (job.state !== 'ready' && job.state !== 'running') continue;
    add(`active:type:${job.agentType}`, 1);
    add(`active:repo:${job.repo}`, 1);
    if (job.group !== '') add(`active:group:${job.repo}#${job.group}`, 1);
  }
  for (const [name, bytes] of world.logBytes) {
    add(`logBytes:${name}`, bytes);
    add('logBytes', bytes);
  }
  expect(await redis.hgetall(keys.counts), 'counts').to.deep.equal(counts);
}

async function checkStreams(redis: Redis, { model }: World, jobs: readonly Job[]): Promise<void> {
  for (const type of model.capacity.keys()) {
    const stream = keys.ready(type);
    const entries = await redis.xrange(stream, '-', '+');
    const wanted = model.entries.filter((entry) => entry.type === type);
    expect(
      entries.map(([, fields]) => fields[1]),
      stream,
    ).to.deep.equal(wanted.map((entry) => entry.job));
    const active = jobs.filter((job) => job.agentType === type && (job.state === 'ready' || job.state === 'running'));
    expect(entries, `XLEN ${stream}`).to.have.length(active.length);
    if ((await redis.exists(stream)) === 0) continue;
    // A reply of XPENDING is [id, consumer, idle, deliveries].
    const pending = (await redis.xpending(stream, AGENTS_GROUP, '-', '+', 1000)) as [string, string][];
    const holders = new Map(pending.map(([id, consumer]) => [id, consumer]));
    expect(entries.map(([id]) => holders.get(id) ?? null)).to.deep.equal(wanted.map((entry) => entry.agent));
    expect(pending, `nothing pends without an entry in ${stream}`).to.have.length(wanted.filter((e) => e.agent).length);
  }
  const agents = await redis.zrange(keys.agents, '0', '-1');
  expect(agents.sort()).to.deep.equal([...model.agents.keys()].sort());
  for (const [id, agent] of model.agents) {
    const { job, state } = await redis.hgetall(keys.agent(id));
    expect({ id, job, state }).to.deep.equal({ id, job: agent.job, state: agent.job === '' ? 'idle' : 'busy' });
  }
}

async function checkHistory(redis: Redis, world: World, jobs: readonly Job[]): Promise<void> {
  for (const [id, [, type, , key = '', , state = '']] of await redis.xrange(keys.events, `(${world.lastEvent}`, '+')) {
    world.lastEvent = id;
    if (type !== 'job') continue;
    const to = JOB_STATES.find((known) => known === state);
    if (!to) throw new Error(`job ${key} was told to be ${state}`);
    const from = world.told.get(key) as JobState | undefined;
    const isLegal =
      from === undefined ? INITIAL_STATES.includes(to) : canMove(from, to) || (from === to && to === 'running');
    expect(isLegal, `${key}: ${from} -> ${to}`).to.equal(true);
    world.told.set(key, to);
  }
  for (const job of jobs) expect(world.told.get(job.id), `last told of ${job.id}`).to.equal(job.state);
}

function checkLimits({ model, lowered }: World): void {
  const active = [...model.jobs.values()].filter(isActive);
  for (const job of active) {
    const mates = active.filter((other) => other.repo === job.repo && other.group === job.group);
    if (job.group !== '') expect(mates.length).to.be.at.most(Math.max(...mates.map((mate) => mate.groupLimit)));
    if (lowered) continue;
    const limit = model.repoLimit.get(job.repo) ?? 0;
    if (limit > 0) expect(active.filter((other) => other.repo === job.repo).length).to.be.at.most(limit);
    const ofType = active.filter((other) => other.type === job.type);
    expect(ofType.length).to.be.at.most(model.capacity.get(job.type) ?? 1);
  }
}
