import { expect } from 'chai';
import { findAgent } from '#lib/redis/agents.js';
import {
  claimJob,
  type Ending,
  finishJob,
  readNextEntry,
  readOwnEntries,
  requeueJob,
  sendHeartbeat,
} from '#lib/redis/attempts.js';
import { changeControl, countWanted } from '#lib/redis/control.js';
import { cancelJob, getJob } from '#lib/redis/jobs.js';
import { appendLog, endLog, readLog } from '#lib/redis/logs.js';
import { judgeRequeue } from '#lib/core/retry-policy.js';
import { create, finish, idOf, SUCCEEDED, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, TEST_START, type TestRoom } from '../../support/room.js';

describe('attempts', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  const claimer = (agent: string, token: string) => ({ type: 'rust', agent, token });

  async function take(agent: string) {
    const entry = await readNextEntry(test.room.redis, 'rust', agent, 1);
    if (!entry) throw new Error('no entry');
    return entry;
  }

  describe('claim-job', () => {
    it('gives the job of an entry to the agent', async () => {
      await create(test.room, 1);
      await test.setTime(TEST_START + 5);
      const claim = await takeJob(test.room);
      expect(claim.job).to.include({ state: 'running', attempt: 1, agent: 'a1', startedAt: TEST_START + 5 });
      expect(await findAgent(test.room, 'a1')).to.include({ state: 'busy', job: idOf(1) });
      expect(await readNextEntry(test.room.redis, 'rust', 'a2', 1)).to.equal(null);
    });

    it('answers the same when it is repeated with its token, and refuses another', async () => {
      await create(test.room, 1);
      const entry = await take('a1');
      const first = await claimJob(test.room, entry, claimer('a1', 't1'));
      expect(await claimJob(test.room, entry, claimer('a1', 't1'))).to.deep.equal(first);
      expect(await claimJob(test.room, entry, claimer('a2', 't2'))).to.equal(null);
      expect(await readOwnEntries(test.room.redis, 'rust', 'a1')).to.deep.equal([entry]);
      expect(await countWanted(test.room, 'rust'), 'the entry of the one that holds it stays').to.equal(1);
    });

    it('gives nothing for an older entry of the job that it holds', async () => {
      await create(test.room, 1);
      const entry = await take('a1');
      const older = { entry: '1-1', job: entry.job };
      await claimJob(test.room, entry, claimer('a1', 't1'));
      expect(await claimJob(test.room, older, claimer('a1', 't1'))).to.equal(null);
      expect(await countWanted(test.room, 'rust')).to.equal(1);
    });

    it('drops the entry of a job that was cancelled, and of one that came to nobody', async () => {
      await create(test.room, 1);
      const entry = await take('a1');
      await cancelJob(test.room, idOf(1), 'user');
      expect(await claimJob(test.room, entry, claimer('a1', 't1'))).to.equal(null);
      const unknown = {
        entry: (await test.room.redis.xadd('raibid:ready:rust', '*', 'job', 'none')) ?? '',
        job: 'none',
      };
      expect(await claimJob(test.room, unknown, claimer('a1', 't1'))).to.equal(null);
      expect(await countWanted(test.room, 'rust')).to.equal(0);
      expect(await readOwnEntries(test.room.redis, 'rust', 'a1')).to.deep.equal([]);
    });
  });

  describe('heartbeat-job', () => {
    it('keeps, tells of draining and cancelling, and of a lost job', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room);
      expect(await sendHeartbeat(test.room, claim)).to.deep.equal({ verdict: 'kept', draining: false });
      await changeControl(test.room, { draining: true });
      await cancelJob(test.room, idOf(1), 'user');
      expect(await sendHeartbeat(test.room, claim)).to.deep.equal({ verdict: 'cancel', draining: true });
      expect((await sendHeartbeat(test.room, { ...claim, token: 'other' })).verdict).to.equal('lost');
      await requeueJob(test.room, claim, 'lost');
      expect((await sendHeartbeat(test.room, claim)).verdict).to.equal('lost');
    });
  });

  describe('finish-job', () => {
    const failed: Ending = {
      state: 'failed',
      cause: 'exit',
      reason: 'step 2 ended with 101',
      exitCode: 101,
      result: {
        steps: [{ name: 'test', exitCode: 101, durationMs: 5, peakMemoryBytes: 1 }],
        tests: { passed: 1, failed: 2, ignored: 0 },
        toolchain: 'cargo 1.95.0',
      },
    };

    it('ends the job, its entry and its lease, frees the agent and admits the next', async () => {
      await create(test.room, 1);
      await create(test.room, 2);
      const claim = await takeJob(test.room);
      await test.setTime(TEST_START + 9);
      expect(await finish(test.room, claim, failed)).to.equal('finished');
      const { state: _, ...ending } = failed;
      expect(await getJob(test.room, idOf(1))).to.deep.include({
        ...ending,
        state: 'failed',
        finishedAt: TEST_START + 9,
      });
      expect(await findAgent(test.room, 'a1')).to.include({ state: 'idle', job: '' });
      expect((await getJob(test.room, idOf(2))).state).to.equal('ready');
      expect(await countWanted(test.room, 'rust')).to.equal(1);
    });

    it('is refused until the log has its end marker', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room);
      expect(await finishJob(test.room, claim, SUCCEEDED)).to.equal('log-incomplete');
      await appendLog(test.room, claim, { number: 1, step: 0, at: 0, data: Buffer.from('x') });
      expect(await finishJob(test.room, claim, SUCCEEDED)).to.equal('log-incomplete');
      await endLog(test.room, claim, 2);
      expect(await finishJob(test.room, claim, SUCCEEDED)).to.equal('finished');
    });

    it('answers already when it comes again, and refuses other tokens', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room);
      expect(await finishJob(test.room, { ...claim, token: 'other' }, SUCCEEDED)).to.equal('fenced');
      expect(await finishJob(test.room, { ...claim, token: '' }, SUCCEEDED)).to.equal('fenced');
      await finish(test.room, claim);
      expect(await finishJob(test.room, claim, failed)).to.equal('already');
      expect((await getJob(test.room, idOf(1))).state).to.equal('succeeded');
      await requeueJob(test.room, claim, 'lost');
      expect((await getJob(test.room, idOf(1))).state).to.equal('succeeded');
    });

    it('refuses an agent whose job went to another', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room);
      await requeueJob(test.room, claim, 'lost');
      expect(await finishJob(test.room, claim, SUCCEEDED)).to.equal('fenced');
      const second = await takeJob(test.room, 'a2');
      expect(await finishJob(test.room, claim, SUCCEEDED)).to.equal('fenced');
      expect(await requeueJob(test.room, claim, 'lost')).to.equal('fenced');
      expect(second.job.attempt).to.equal(2);
      expect(await finish(test.room, second)).to.equal('finished');
    });
  });

  describe('requeue-job', () => {
    for (const cause of ['released', 'lost'] as const) {
      for (const retryOnLost of [true, false]) {
        it(`judges ${cause} jobs as core does when retryOnLost is ${retryOnLost}`, async () => {
          await create(test.room, 1, { retryOnLost });
          for (let times = 1; times <= 5; times++) {
            const claim = await takeJob(test.room);
            const verdict = judgeRequeue(cause, { lost: times, released: times, retryOnLost });
            const answer = await requeueJob(test.room, claim, cause);
            const job = await getJob(test.room, idOf(1));
            if (verdict.kind === 'errored') {
              expect([answer, job.state, job.cause]).to.deep.equal(['errored', 'errored', cause]);
              expect(await countWanted(test.room, 'rust')).to.equal(0);
              return;
            }
            expect(answer).to.equal('queued');
            expect(job).to.include({ [cause]: times, attempt: times });
            if (verdict.delayMs === 0) expect(job).to.include({ state: 'ready', dueAt: null });
            else {
              expect(job.state).to.equal('queued');
              await test.room.run('tick', {
                suspectMs: 0,
                maxGapMs: 0,
                unclaimedMs: 1e6,
                nobodyMs: 1e9,
                silentMs: 1e6,
                leaseMs: 0,
              });
              expect((await getJob(test.room, idOf(1))).state, 'not before its time').to.equal('queued');
              await test.setTime(job.dueAt ?? 0);
              await test.room.run('tick', {
                suspectMs: 0,
                maxGapMs: 0,
                unclaimedMs: 1e6,
                nobodyMs: 1e9,
                silentMs: 1e6,
                leaseMs: 0,
              });
            }
          }
          throw new Error('never errored');
        });
      }
    }

    it('ends a job as cancelled that was being cancelled, and closes its log', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room);
      await cancelJob(test.room, idOf(1), 'branch-deleted');
      expect(await requeueJob(test.room, claim, 'lost')).to.equal('cancelled');
      const job = await getJob(test.room, idOf(1));
      expect(job).to.include({
        state: 'cancelled',
        cause: 'branch-deleted',
        reason: 'its branch was deleted',
        cancelling: null,
      });
      expect(await readLog(test.room, { job: idOf(1), attempt: 1 })).to.deep.equal({ batches: [], ended: true });
    });
  });
});
