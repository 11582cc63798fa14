import { expect } from 'chai';
import { findAgent } from '#lib/redis/agents.js';
import { claimJob, readNextEntry, requeueJob, sendHeartbeat } from '#lib/redis/attempts.js';
import { changeControl, countWanted, tick, TICK_LIMITS } from '#lib/redis/control.js';
import { cancelJob, getJob } from '#lib/redis/jobs.js';
import { readTrail } from '#lib/redis/trail.js';
import { create, finish, idOf, setCapacity, SHA, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, TEST_START, type TestRoom } from '../../support/room.js';

const READY = 'raibid:ready:rust';
const NOTHING = { requeued: 0, renewed: 0, untaken: 0, forgotten: 0 };
/** Delivered entries are unclaimed at once: their idle time is Redis' own, not the test's. */
const IMPATIENT = { ...TICK_LIMITS, unclaimedMs: 0 };

describe('tick', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  const stateOf = async (n: number) => (await getJob(test.room, idOf(n))).state;
  const read = (agent: string) => readNextEntry(test.room.redis, 'rust', agent, 1);

  async function tickAt(ms: number) {
    await test.setTime(TEST_START + ms);
    return tick(test.room);
  }

  describe('reaping', () => {
    beforeEach(async () => {
      await create(test.room, 1);
    });

    it('takes a job back whose lease was seen expired for ten seconds', async () => {
      const claim = await takeJob(test.room);
      for (const ms of [0, 9000, 18_000, 27_000, 36_000, 45_000]) expect((await tickAt(ms)).requeued).to.equal(0);
      expect((await tickAt(46_000)).requeued).to.equal(1);
      expect(await getJob(test.room, idOf(1))).to.include({ state: 'ready', lost: 1, attempt: 1 });
      expect(await finish(test.room, claim)).to.equal('fenced');
      expect((await findAgent(test.room, 'a1'))?.state).to.equal('idle');
      expect(await countWanted(test.room, 'rust')).to.equal(1);
    });

    it('does not take two ticks in a row for two sightings', async () => {
      await takeJob(test.room);
      await tickAt(30_000);
      for (let i = 0; i < 3; i++) expect((await tickAt(30_000)).requeued).to.equal(0);
      expect((await tickAt(39_999)).requeued).to.equal(0);
      expect((await tickAt(40_000)).requeued).to.equal(1);
    });

    it('starts over after a gap between ticks', async () => {
      await takeJob(test.room);
      await tickAt(31_000);
      expect((await tickAt(3_600_000)).requeued, 'a machine that slept').to.equal(0);
      expect((await tickAt(3_609_999)).requeued).to.equal(0);
      expect((await tickAt(3_610_000)).requeued).to.equal(1);
    });

    it('starts over when the clock went back, and does not wait for the time it was', async () => {
      await takeJob(test.room);
      await tickAt(31_000);
      expect((await tickAt(-3_600_000)).requeued).to.equal(0);
      for (let ms = -3_591_000; ms <= -3_564_000; ms += 9000) expect((await tickAt(ms)).requeued).to.equal(0);
      expect((await tickAt(-3_554_000)).requeued).to.equal(1);
    });

    it('forgets a suspicion when the agent is heard again', async () => {
      const claim = await takeJob(test.room);
      await tickAt(31_000);
      expect((await sendHeartbeat(test.room, claim)).verdict).to.equal('kept');
      for (let ms = 40_000; ms <= 70_000; ms += 10_000) expect((await tickAt(ms)).requeued).to.equal(0);
      expect((await tickAt(80_000)).requeued).to.equal(1);
    });

    it('suspects each attempt anew', async () => {
      const claim = await takeJob(test.room);
      await tickAt(31_000);
      await requeueJob(test.room, claim, 'released');
      await takeJob(test.room, 'a2');
      for (let ms = 40_000; ms <= 70_000; ms += 10_000) expect((await tickAt(ms)).requeued).to.equal(0);
      expect((await tickAt(80_000)).requeued).to.equal(1);
    });

    it('ends a superseded job as cancelled when its agent is lost', async () => {
      await takeJob(test.room);
      await cancelJob(test.room, idOf(1), 'superseded');
      for (const ms of [31_000, 41_000]) await tickAt(ms);
      expect(await getJob(test.room, idOf(1))).to.include({ state: 'cancelled', cause: 'superseded', lost: 1 });
      expect(await countWanted(test.room, 'rust')).to.equal(0);
    });
  });

  it('starts a lost job again when its time has come, also when the clock went back', async () => {
    for (const back of [0, -3_600_000]) {
      await test.clear();
      await create(test.room, 1);
      for (let i = 0; i < 2; i++) await requeueJob(test.room, await takeJob(test.room), 'lost');
      await tickAt(back);
      expect(await tickAt(back + 9999)).to.deep.equal(NOTHING);
      expect(await stateOf(1)).to.equal('queued');
      await tickAt(back + 10_000);
      expect(await getJob(test.room, idOf(1))).to.include({ state: 'ready', dueAt: null });
    }
  });

  describe('repair', () => {
    it('makes an entry anew that was delivered and not claimed; the late claim is stale', async () => {
      await create(test.room, 1);
      const late = await read('a1');
      expect(await tick(test.room)).to.deep.equal(NOTHING);
      expect((await tick(test.room, IMPATIENT)).renewed).to.equal(1);
      if (late) expect(await claimJob(test.room, late, { type: 'rust', agent: 'a1', token: 't1' })).to.equal(null);
      expect(await countWanted(test.room, 'rust')).to.equal(1);
      const claim = await takeJob(test.room, 'a2');
      expect((await tick(test.room, IMPATIENT)).renewed, 'a claimed one is left alone').to.equal(0);
      expect(await finish(test.room, claim)).to.equal('finished');
      expect(await countWanted(test.room, 'rust')).to.equal(0);
    });

    it('makes an entry anew that was delivered and pends with nobody', async () => {
      await create(test.room, 1);
      await read('a1');
      await test.room.redis.xgroup('DELCONSUMER', READY, 'agents', 'a1');
      expect((await tick(test.room)).renewed).to.equal(1);
      expect((await takeJob(test.room, 'a2')).job.id).to.equal(idOf(1));
    });

    it('drops the entry of a job that is not ready, of one unknown, and a second one', async () => {
      await setCapacity(test.room, 5);
      for (const n of [1, 2]) await create(test.room, n);
      await finish(test.room, await takeJob(test.room));
      for (const job of [idOf(1), idOf(2), 'none']) await test.room.redis.xadd(READY, '*', 'job', job);
      expect((await tick(test.room)).renewed).to.equal(3);
      expect((await takeJob(test.room)).job.id).to.equal(idOf(2));
      expect(await countWanted(test.room, 'rust')).to.equal(1);
    });

    it('keeps the entry of a running job that pends with nobody: it counts', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room);
      await test.room.redis.xgroup('DELCONSUMER', READY, 'agents', 'a1');
      expect((await tick(test.room)).renewed).to.equal(0);
      expect(await countWanted(test.room, 'rust')).to.equal(1);
      expect(await finish(test.room, claim)).to.equal('finished');
    });

    it('lets a job finish whose entry is gone', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room);
      await test.room.redis.xtrim(READY, 'MAXLEN', 0);
      await tick(test.room);
      expect(await finish(test.room, claim)).to.equal('finished');
    });
  });

  /** Ticks without a gap; answers how many jobs nobody took. */
  async function tickFor(from: number, to: number): Promise<number> {
    let untaken = 0;
    for (let ms = from; ms < to; ms += TICK_LIMITS.maxGapMs) untaken += (await tickAt(ms)).untaken;
    return untaken;
  }

  it('ends a job as errored that nobody takes', async () => {
    await create(test.room, 1);
    await create(test.room, 2);
    expect(await tickFor(0, 30 * 60_000)).to.equal(0);
    expect((await tickAt(30 * 60_000)).untaken).to.equal(1);
    const job = await getJob(test.room, idOf(1));
    expect(job).to.include({ state: 'errored', cause: 'unclaimed' });
    expect(job.reason).to.include('no agent took it');
    expect(await stateOf(2)).to.equal('ready');
    expect((await readTrail(test.room, SHA)).at(-1)?.text).to.include('errored');
  });

  it('does not hold against a job that nobody was there to take it', async () => {
    await create(test.room, 1);
    expect(await tickFor(0, 60_000)).to.equal(0);
    const night = 8 * 3600_000;
    expect(await tickFor(night, night + 30 * 60_000), 'a platform that was off').to.equal(0);
    expect((await tickAt(night + 30 * 60_000)).untaken).to.equal(1);
  });

  it('takes entries back when there is no room for them any more', async () => {
    await setCapacity(test.room, 2);
    for (const n of [1, 2]) await create(test.room, n);
    const first = await read('a1');
    await changeControl(test.room, { paused: true });
    expect([await stateOf(1), await stateOf(2)]).to.deep.equal(['ready', 'queued']);
    await tick(test.room, IMPATIENT);
    expect([await stateOf(1), await stateOf(2)]).to.deep.equal(['queued', 'queued']);
    if (first) expect(await claimJob(test.room, first, { type: 'rust', agent: 'a1', token: 't' })).to.equal(null);
    expect(await countWanted(test.room, 'rust')).to.equal(0);
  });
});
