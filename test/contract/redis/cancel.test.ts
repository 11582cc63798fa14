import { expect } from 'chai';
import { hearOrders } from '#lib/redis/agents.js';
import { requeueJob } from '#lib/redis/attempts.js';
import { countWanted } from '#lib/redis/control.js';
import { cancelJob, cancelRef, findJob, getJob } from '#lib/redis/jobs.js';
import { create, idOf, setCapacity, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, TEST_START, type TestRoom } from '../../support/room.js';
import { waitUntil } from '../../support/wait-until.js';

describe('cancelling', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  describe('cancel-job', () => {
    it('ends a waiting job at once, in each state', async () => {
      await setCapacity(test.room, 2);
      for (const n of [1, 2]) await create(test.room, n, { group: 'g', groupLimit: 1 });
      for (const n of [3, 4]) await create(test.room, n);
      const before = await Promise.all([1, 2, 3, 4].map((n) => getJob(test.room, idOf(n))));
      expect(before.map(({ state }) => state)).to.deep.equal(['ready', 'held', 'ready', 'queued']);
      for (const n of [4, 2, 3, 1]) expect(await cancelJob(test.room, idOf(n), 'user')).to.equal('cancelled');
      for (const n of [1, 2, 3, 4]) {
        expect(await getJob(test.room, idOf(n))).to.include({ state: 'cancelled', cause: 'user' });
        expect(await cancelJob(test.room, idOf(n), 'user')).to.equal('terminal');
      }
      expect(await countWanted(test.room, 'rust')).to.equal(0);
      expect(await cancelJob(test.room, 'none', 'user')).to.equal('unknown');
    });

    it('ends a job that waits for its next attempt', async () => {
      await create(test.room, 1);
      for (let i = 0; i < 2; i++) await requeueJob(test.room, await takeJob(test.room), 'lost');
      expect((await getJob(test.room, idOf(1))).dueAt).to.equal(TEST_START + 10_000);
      expect(await cancelJob(test.room, idOf(1), 'user')).to.equal('cancelled');
      await test.setTime(TEST_START + 10_000);
      await test.room.run('tick', {
        suspectMs: 0,
        maxGapMs: 0,
        unclaimedMs: 1e6,
        nobodyMs: 1e9,
        silentMs: 1e6,
        leaseMs: 0,
      });
      expect(await findJob(test.room, idOf(1))).to.include({ state: 'cancelled' });
    });

    it('tells the agent of a running job', async () => {
      await create(test.room, 1);
      await takeJob(test.room);
      const told: string[] = [];
      const stop = await hearOrders(test.room, 'a1', (job) => told.push(job));
      expect(await cancelJob(test.room, idOf(1), 'user')).to.equal('cancelling');
      expect(await cancelJob(test.room, idOf(1), 'mirror-removed')).to.equal('cancelling');
      await waitUntil(() => told.length === 2);
      stop();
      expect(told).to.deep.equal([idOf(1), idOf(1)]);
      expect((await getJob(test.room, idOf(1))).cancelling, 'the first cause stays').to.equal('user');
    });
  });

  describe('cancel-ref', () => {
    it('cancels the live jobs of a ref, or of the repository, and nothing starts in between', async () => {
      await setCapacity(test.room, 2);
      for (const n of [1, 2, 3]) await create(test.room, n, { ref: 'refs/heads/topic' });
      await create(test.room, 4);
      await create(test.room, 5, { repo: 'o/s' });
      await takeJob(test.room);
      const ids = await cancelRef(test.room, 'o/r', 'refs/heads/topic', 'branch-deleted');
      expect(ids).to.deep.equal([1, 2, 3].map(idOf));
      const jobs = await Promise.all([1, 2, 3, 4].map((n) => getJob(test.room, idOf(n))));
      expect(jobs.map((job) => job.state)).to.deep.equal(['running', 'cancelled', 'cancelled', 'ready']);
      expect(jobs[2]?.readyAt, 'never admitted').to.equal(null);
      expect(await cancelRef(test.room, 'o/r', null, 'mirror-removed')).to.deep.equal([1, 4].map(idOf));
      expect(await cancelRef(test.room, 'o/none', null, 'mirror-removed')).to.deep.equal([]);
      expect((await getJob(test.room, idOf(5))).state).to.equal('ready');
    });
  });
});
