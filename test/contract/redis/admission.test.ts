import { expect } from 'chai';
import { leaveAgent } from '#lib/redis/agents.js';
import { claimJob, readNextEntry, requeueJob } from '#lib/redis/attempts.js';
import { changeControl, countWanted, readControl, tick } from '#lib/redis/control.js';
import { cancelJob, findJob, getJob, listLiveJobs } from '#lib/redis/jobs.js';
import { forgetMirror, saveMirror } from '#lib/redis/mirrors.js';
import { explainWaiting } from '#lib/redis/waiting.js';
import { create, finish, idOf, setCapacity, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, type TestRoom } from '../../support/room.js';

describe('admission', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  /** States of the live jobs by their number. */
  async function states(): Promise<Record<number, string>> {
    const jobs = await listLiveJobs(test.room, 100);
    return Object.fromEntries(jobs.map((job) => [Number(job.id.slice(2)), job.state]));
  }
  const limitRepo = (limit: number) =>
    saveMirror(test.room, { repo: 'o/r', upstream: 'https://example.com/r.git', tags: [], limit });
  const explain = async (n: number) => explainWaiting(test.room, await getJob(test.room, idOf(n)));

  it('takes the highest priority first, then the first that came', async () => {
    await changeControl(test.room, { paused: true });
    for (const [i, priority] of [0, -100, 100, 0, 100].entries()) await create(test.room, i + 1, { priority });
    await changeControl(test.room, { paused: false });
    const order: number[] = [];
    for (let i = 0; i < 5; i++) {
      const claim = await takeJob(test.room);
      order.push(Number(claim.job.id.slice(2)));
      await finish(test.room, claim);
    }
    expect(order).to.deep.equal([3, 5, 1, 4, 2]);
  });

  it('holds jobs at the limit of their group, and says so', async () => {
    await setCapacity(test.room, 5);
    for (const n of [1, 2, 3]) await create(test.room, n, { group: 'deploy', groupLimit: 1 });
    await create(test.room, 4);
    await create(test.room, 5, { repo: 'o/s', group: 'deploy', groupLimit: 1 });
    expect(await states()).to.deep.equal({ 1: 'ready', 2: 'held', 3: 'held', 4: 'ready', 5: 'ready' });
    expect(await explain(3)).to.deep.equal({ reason: 'group deploy is at its limit of 1', position: 2 });
    await finish(test.room, await takeJob(test.room));
    expect(await states()).to.include({ 2: 'ready', 3: 'held' });
    await cancelJob(test.room, idOf(2), 'user');
    expect(await states()).to.include({ 3: 'ready' });
  });

  it('brings as many held jobs back as their own limit lets run', async () => {
    await setCapacity(test.room, 5);
    await create(test.room, 1, { group: 'g', groupLimit: 1 });
    await create(test.room, 2, { group: 'g', groupLimit: 1 });
    await changeControl(test.room, { paused: true });
    for (const n of [3, 4, 5]) await create(test.room, n, { group: 'g', groupLimit: 2 });
    await cancelJob(test.room, idOf(1), 'user');
    await changeControl(test.room, { paused: false });
    expect(await states()).to.deep.equal({ 2: 'ready', 3: 'ready', 4: 'held', 5: 'held' });
    await cancelJob(test.room, idOf(2), 'user');
    expect(await states()).to.deep.equal({ 3: 'ready', 4: 'ready', 5: 'held' });
  });

  it('holds jobs at the limit of their repository; a higher limit lets them go', async () => {
    await setCapacity(test.room, 5);
    expect(await limitRepo(1)).to.equal('created');
    for (const n of [1, 2, 3, 4]) await create(test.room, n);
    expect(await states()).to.deep.equal({ 1: 'ready', 2: 'held', 3: 'held', 4: 'held' });
    expect(await explain(2)).to.deep.equal({ reason: 'repository o/r is at its limit of jobs', position: 1 });
    expect(await limitRepo(2)).to.equal('changed');
    expect(await states()).to.deep.equal({ 1: 'ready', 2: 'ready', 3: 'held', 4: 'held' });
    await create(test.room, 5);
    await limitRepo(4);
    expect(await states()).to.deep.equal({ 1: 'ready', 2: 'ready', 3: 'ready', 4: 'ready', 5: 'held' });
    await limitRepo(1);
    await create(test.room, 6);
    await setCapacity(test.room, 6);
    await limitRepo(0);
    expect(await states()).to.include({ 5: 'ready', 6: 'ready' });
  });

  it('forgets the limit with the mirror', async () => {
    await setCapacity(test.room, 5);
    await limitRepo(1);
    for (const n of [1, 2, 3]) await create(test.room, n);
    expect(await forgetMirror(test.room, 'o/r')).to.equal(true);
    expect(await states()).to.deep.equal({ 1: 'ready', 2: 'ready', 3: 'ready' });
  });

  it('gives the place of a job that its group stops to the next of the repository', async () => {
    await setCapacity(test.room, 5);
    await limitRepo(2);
    await create(test.room, 1, { group: 'g', groupLimit: 1 });
    await create(test.room, 2);
    await create(test.room, 3, { group: 'g', groupLimit: 1 });
    await create(test.room, 4);
    expect(await states()).to.deep.equal({ 1: 'ready', 2: 'ready', 3: 'held', 4: 'held' });
    await cancelJob(test.room, idOf(2), 'user');
    expect(await states()).to.deep.equal({ 1: 'ready', 3: 'held', 4: 'ready' });
    await cancelJob(test.room, idOf(1), 'user');
    expect(await states()).to.deep.equal({ 3: 'ready', 4: 'ready' });
  });

  it('gives the place on when the job that came back for it is stopped by its group by now', async () => {
    await setCapacity(test.room, 5);
    await limitRepo(2);
    for (const n of [1, 2]) await create(test.room, n);
    for (const n of [3, 4]) await create(test.room, n, { group: 'g', groupLimit: 1 });
    await create(test.room, 5);
    await cancelJob(test.room, idOf(1), 'user');
    expect(await states()).to.deep.equal({ 2: 'ready', 3: 'ready', 4: 'held', 5: 'held' });
    await cancelJob(test.room, idOf(2), 'user');
    expect(await states()).to.deep.equal({ 3: 'ready', 4: 'held', 5: 'ready' });
  });

  it('lets a held job of another type have the place that its own type has room for, at once', async () => {
    await limitRepo(1);
    await create(test.room, 1, { repo: 'o/s', agentType: 'rust' });
    await create(test.room, 2, { agentType: 'node' });
    await create(test.room, 3, { agentType: 'rust' });
    await create(test.room, 4, { agentType: 'node' });
    await cancelJob(test.room, idOf(2), 'user');
    expect(await states()).to.deep.equal({ 1: 'ready', 3: 'queued', 4: 'ready' });
  });

  it('passes the place on of a job that came back from being held and was cancelled before it ran', async () => {
    await limitRepo(1);
    await create(test.room, 1, { repo: 'o/s' });
    await create(test.room, 2, { agentType: 'node' });
    await setCapacity(test.room, 2);
    for (const n of [3, 4]) await create(test.room, n);
    await setCapacity(test.room, 1);
    expect(await states()).to.deep.equal({ 1: 'ready', 2: 'ready', 3: 'held', 4: 'held' });
    await cancelJob(test.room, idOf(2), 'user');
    expect(await states()).to.deep.equal({ 1: 'ready', 3: 'queued', 4: 'held' });
    await cancelJob(test.room, idOf(3), 'user');
    await cancelJob(test.room, idOf(1), 'user');
    expect(await states()).to.deep.equal({ 4: 'ready' });
  });

  it('frees the place of a group while a lost job of it waits for its next attempt', async () => {
    await setCapacity(test.room, 5);
    for (const n of [1, 2]) await create(test.room, n, { group: 'g', groupLimit: 1 });
    await requeueJob(test.room, await takeJob(test.room), 'lost');
    await requeueJob(test.room, await takeJob(test.room), 'lost');
    expect(await states(), 'the second loss costs a wait').to.deep.equal({ 1: 'queued', 2: 'ready' });
    expect((await explain(1)).reason).to.match(/^waits until 2023-11-14T22:13:30.000Z after attempt 2 was lost/);
    await test.setTime(1_700_000_010_000);
    await tick(test.room);
    expect(await states()).to.deep.equal({ 1: 'held', 2: 'ready' });
    await cancelJob(test.room, idOf(2), 'user');
    expect(await states()).to.deep.equal({ 1: 'ready' });
  });

  it('never runs more than the capacity of a type, and takes back what nobody took when it is lowered', async () => {
    await setCapacity(test.room, 3);
    for (const n of [1, 2, 3, 4]) await create(test.room, n);
    await takeJob(test.room);
    expect(await states()).to.deep.equal({ 1: 'running', 2: 'ready', 3: 'ready', 4: 'queued' });
    await setCapacity(test.room, 2);
    expect(await states()).to.deep.equal({ 1: 'running', 2: 'ready', 3: 'queued', 4: 'queued' });
    expect(await explain(3)).to.deep.equal({ reason: 'all 2 rust slots are taken', position: 1 });
    expect(await countWanted(test.room, 'rust')).to.equal(2);
    await setCapacity(test.room, 0);
    expect(await states()).to.deep.equal({ 1: 'running', 2: 'queued', 3: 'queued', 4: 'queued' });
    await changeControl(test.room, { capacity: { rust: 7 } }, { onlyMissing: true });
    expect((await readControl(test.room)).capacity).to.deep.equal({ rust: 0 });
  });

  it('pauses and drains: what runs goes on, what was delivered may be claimed, the rest goes back', async () => {
    for (const stop of [{ paused: true }, { draining: true }]) {
      await test.clear();
      await setCapacity(test.room, 3);
      for (const n of [1, 2, 3]) await create(test.room, n);
      await takeJob(test.room);
      const entry = await readNextEntry(test.room.redis, 'rust', 'a2', 1);
      await changeControl(test.room, stop);
      expect(await states()).to.deep.equal({ 1: 'running', 2: 'ready', 3: 'queued' });
      expect((await explain(3)).reason).to.match(/the platform (is paused|drains)/);
      if (entry) await claimJob(test.room, entry, { type: 'rust', agent: 'a2', token: 't2' });
      expect(await states()).to.deep.equal({ 1: 'running', 2: 'running', 3: 'queued' });
      expect(await countWanted(test.room, 'rust')).to.equal(2);
      expect(await readControl(test.room)).to.include({ paused: false, draining: false, ...stop });
    }
  });

  it('takes an entry back at the next tick that an agent left behind while paused', async () => {
    await create(test.room, 1);
    await readNextEntry(test.room.redis, 'rust', 'a1', 1);
    await changeControl(test.room, { paused: true });
    await leaveAgent(test.room, { agent: 'a1', type: 'rust', cause: 'released' });
    await tick(test.room);
    expect(await states()).to.deep.equal({ 1: 'queued' });
    expect(await countWanted(test.room, 'rust')).to.equal(0);
  });

  it('explains what does not wait for a slot', async () => {
    await create(test.room, 1);
    expect(await explain(1)).to.deep.equal({ reason: 'waits for an agent to start', position: null });
    const claim = await takeJob(test.room);
    for (const end of [false, true]) {
      if (end) await finish(test.room, claim);
      expect(await explain(1)).to.deep.equal({ reason: 'does not wait', position: null });
    }
    expect(await findJob(test.room, 'none')).to.equal(null);
  });
});
