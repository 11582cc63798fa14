import { expect } from 'chai';
import { followChanges, readLastChange } from '#lib/redis/events.js';
import { cancelJob, findJob, findRetiredJobs, getJob, listJobs, removeJob } from '#lib/redis/jobs.js';
import * as mirrors from '#lib/redis/mirrors.js';
import { caught } from '../../support/caught.js';
import { create, finish, idOf, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, TEST_START, type TestRoom } from '../../support/room.js';
import { waitUntil } from '../../support/wait-until.js';

describe('jobs', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  describe('listJobs', () => {
    beforeEach(async () => {
      for (let n = 1; n <= 45; n++) {
        await create(test.room, n, n % 3 === 0 ? { repo: 'o/s', ref: 'refs/heads/topic' } : {});
      }
    });

    async function pages(filter: Omit<Parameters<typeof listJobs>[1], 'cursor'>): Promise<number[][]> {
      const seen: number[][] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await listJobs(test.room, { ...filter, cursor });
        seen.push(page.jobs.map((job) => Number(job.id.slice(2))));
        if (page.nextCursor === null) return seen;
        cursor = page.nextCursor;
      }
    }
    const down = (from: number, by = 1) => Array.from({ length: Math.ceil(from / by) }, (_, i) => from - i * by);

    it('gives every job once, newest first, page by page', async () => {
      const all = await pages({ limit: 7 });
      expect(all.flat()).to.deep.equal(down(45));
      expect(all[0]).to.have.length(7);
      expect(await pages({ limit: 100 })).to.deep.equal([down(45)]);
    });

    it('filters by state, repository and branch', async () => {
      expect((await pages({ limit: 4, repo: 'o/s' })).flat()).to.deep.equal(down(45, 3));
      expect((await pages({ limit: 4, branch: 'topic' })).flat()).to.deep.equal(down(45, 3));
      expect((await pages({ limit: 4, repo: 'o/r', branch: 'topic' })).flat()).to.deep.equal([]);
      expect((await pages({ limit: 4, states: ['ready'] })).flat()).to.deep.equal([1]);
      await cancelJob(test.room, idOf(9), 'user');
      expect((await pages({ limit: 4, states: ['ready', 'cancelled'] })).flat()).to.deep.equal([9, 1]);
    });
  });

  describe('find-retired, remove-job', () => {
    it('find what is too old or too much, and nothing that lives', async () => {
      await mirrors.saveMirror(test.room, { repo: 'o/r', upstream: 'https://example.com/r.git', tags: [], limit: 0 });
      for (let n = 1; n <= 6; n++) await create(test.room, n);
      for (const n of [2, 3, 5]) await cancelJob(test.room, idOf(n), 'user');
      expect(await findRetiredJobs(test.room)).to.deep.equal([]);
      expect(await findRetiredJobs(test.room, { repoKeeps: 3 })).to.deep.equal([2, 3].map(idOf));
      expect(await findRetiredJobs(test.room, { repoKeeps: 0, most: 2 })).to.deep.equal([idOf(2)]);
      await test.setTime(TEST_START + 90 * 86_400_000 + 1);
      expect(await findRetiredJobs(test.room)).to.deep.equal([2, 3, 5].map(idOf));
    });

    it('remove an ended job with everything of it, and no other', async () => {
      await create(test.room, 1);
      expect(await removeJob(test.room, idOf(1))).to.equal(false);
      await finish(test.room, await takeJob(test.room));
      const keysBefore = await test.room.redis.keys(`*${idOf(1)}*`);
      expect(keysBefore.sort()).to.deep.equal([`raibid:job:${idOf(1)}`, `raibid:log:${idOf(1)}:1`]);
      expect(await removeJob(test.room, idOf(1))).to.equal(true);
      expect(await removeJob(test.room, idOf(1))).to.equal(false);
      expect(await test.room.redis.keys(`*${idOf(1)}*`)).to.deep.equal([]);
      expect(await test.room.redis.zcard('raibid:logs:ended')).to.equal(0);
      expect(await listJobs(test.room, { limit: 5 })).to.deep.equal({ jobs: [], nextCursor: null });
      expect(await test.room.redis.hgetall('raibid:counts')).to.deep.equal({ arrivals: '1' });
      expect(await caught(getJob(test.room, idOf(1)))).to.have.property('code', 'job-unknown');
      expect(await findJob(test.room, idOf(1))).to.equal(null);
    });
  });

  describe('changes', () => {
    const fail = (error: unknown): never => {
      throw error;
    };

    it('are told from now on, as they come, until nobody listens', async () => {
      expect(await readLastChange(test.room)).to.equal('0-0');
      await create(test.room, 1);
      const controller = new AbortController();
      const changes = followChanges(test.room, controller.signal, fail);
      const next = changes.next();
      await cancelJob(test.room, idOf(1), 'user');
      const first = await next;
      expect(first.value).to.have.length(1);
      expect(first.value?.[0]).to.include({ type: 'job', key: idOf(1), state: 'cancelled' });
      const waiting = changes.next();
      controller.abort();
      expect((await waiting).done).to.equal(true);
    });

    it('leave no connection behind, however the listening ends', async () => {
      const readers = async (): Promise<number> =>
        String(await test.room.redis.client('LIST'))
          .split('\n')
          .filter((line) => line.includes('name=test-reader')).length;
      for await (const _ of followChanges(test.room, AbortSignal.abort(), fail)) throw new Error('nobody listens');
      const changes = followChanges(test.room, new AbortController().signal, fail);
      const first = changes.next();
      await create(test.room, 1);
      await first;
      await changes.return(undefined);
      await waitUntil(async () => (await readers()) === 0, { what: 'the readers are gone' });
    });
  });
});
