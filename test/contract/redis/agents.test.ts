import { expect } from 'chai';
import { findAgent, leaveAgent, listAgents, registerAgent } from '#lib/redis/agents.js';
import { claimJob, finishJob, readNextEntry, requeueJob } from '#lib/redis/attempts.js';
import { changeControl, countWanted, tick } from '#lib/redis/control.js';
import { getJob } from '#lib/redis/jobs.js';
import { endLog } from '#lib/redis/logs.js';
import { create, idOf, setCapacity, SUCCEEDED, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, TEST_START, type TestRoom } from '../../support/room.js';

const READY = 'raibid:ready:rust';

describe('agents', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  const read = (agent: string) => readNextEntry(test.room.redis, 'rust', agent, 1);

  async function tickAt(ms: number) {
    await test.setTime(TEST_START + ms);
    return tick(test.room);
  }

  describe('agents', () => {
    const register = (id: string) => registerAgent(test.room, { id, type: 'rust', host: 'box', pid: 7 });

    it('are known while they are heard, and told of draining', async () => {
      expect(await register('a1')).to.deep.equal({ draining: false });
      await test.setTime(TEST_START + 5);
      await changeControl(test.room, { draining: true });
      expect(await register('a1')).to.deep.equal({ draining: true });
      const seen = { id: 'a1', type: 'rust', host: 'box', pid: 7, state: 'idle', job: '' };
      expect(await listAgents(test.room)).to.deep.equal([{ ...seen, startedAt: TEST_START, seenAt: TEST_START + 5 }]);
    });

    it('are forgotten after a minute of silence, unless they hold something', async () => {
      await setCapacity(test.room, 2);
      for (const n of [1, 2]) await create(test.room, n);
      await takeJob(test.room, 'runs');
      await register('read');
      await read('read');
      await register('idle');
      expect((await tickAt(59_999)).forgotten).to.equal(0);
      expect((await tickAt(60_000)).forgotten).to.equal(1);
      expect((await listAgents(test.room)).map(({ id }) => id).sort()).to.deep.equal(['read', 'runs']);
    });

    it('are forgotten in time when the clock went back', async () => {
      await register('a1');
      await tickAt(-3_600_000);
      expect((await tickAt(-3_540_000)).forgotten).to.equal(1);
    });

    it('are whole again when they come back after they were thought gone', async () => {
      await create(test.room, 1);
      await leaveAgent(test.room, { agent: 'a1', type: 'rust', cause: 'lost' });
      const entry = await read('a1');
      if (entry) await claimJob(test.room, entry, { type: 'rust', agent: 'a1', token: 't' });
      expect(await findAgent(test.room, 'a1')).to.equal(null);
      await register('a1');
      expect(await findAgent(test.room, 'a1')).to.include({ type: 'rust', host: 'box', state: 'busy', job: idOf(1) });
    });
  });

  describe('leave-agent', () => {
    const leave = (agent: string, cause: 'lost' | 'released' = 'released') =>
      leaveAgent(test.room, { agent, type: 'rust', cause });

    it('gives the running job back, and forgets the agent', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room);
      expect(await leave('a1', 'lost')).to.equal('queued');
      expect(await listAgents(test.room)).to.deep.equal([]);
      expect(await test.room.redis.xinfo('CONSUMERS', READY, 'agents')).to.deep.equal([]);
      expect(await getJob(test.room, idOf(1))).to.include({ state: 'ready', lost: 1 });
      await endLog(test.room, claim, 1);
      expect(await finishJob(test.room, claim, SUCCEEDED)).to.equal('fenced');
      expect(await leave('a1', 'lost'), 'again').to.equal('none');
    });

    it('makes entries anew that it read and did not claim, before its consumer goes', async () => {
      await setCapacity(test.room, 3);
      for (const n of [1, 2, 3]) await create(test.room, n);
      for (let i = 0; i < 2; i++) await read('a1');
      expect(await leave('a1')).to.equal('none');
      const taken = await Promise.all(['a2', 'a3', 'a4'].map((agent) => takeJob(test.room, agent)));
      expect(taken.map(({ job }) => job.id).sort()).to.deep.equal([1, 2, 3].map(idOf));
      expect(await countWanted(test.room, 'rust')).to.equal(3);
    });

    it('leaves the job alone that another agent has by now', async () => {
      await create(test.room, 1);
      const claim = await takeJob(test.room, 'a1');
      await requeueJob(test.room, claim, 'lost');
      await takeJob(test.room, 'a2');
      expect(await leave('a1')).to.equal('none');
      expect(await getJob(test.room, idOf(1))).to.include({ state: 'running', agent: 'a2' });
    });

    it('never drops a consumer with something pending', async () => {
      await setCapacity(test.room, 200);
      for (let n = 1; n <= 150; n++) await create(test.room, n);
      for (let n = 1; n <= 150; n++) await read('a1');
      await leave('a1');
      expect(await test.room.redis.xlen(READY)).to.equal(150);
      await leave('a1');
      expect(await test.room.redis.xinfo('CONSUMERS', READY, 'agents')).to.deep.equal([]);
      expect(await test.room.redis.xpending(READY, 'agents')).to.deep.equal([0, null, null, null]);
    });

    it('does nothing for an unknown agent of a type without jobs', async () => {
      expect(await leaveAgent(test.room, { agent: 'a9', type: 'none', cause: 'lost' })).to.equal('none');
    });
  });
});
