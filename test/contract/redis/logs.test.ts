import { expect } from 'chai';
import { requeueJob } from '#lib/redis/attempts.js';
import { appendLog, dropLog, endLog, listEndedLogs, openLogReader, readLog } from '#lib/redis/logs.js';
import { create, finish, idOf, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, type TestRoom } from '../../support/room.js';

describe('logs', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(async () => {
    await test.clear();
    await create(test.room, 1);
  });
  after(() => test.stop());

  const log = { job: idOf(1), attempt: 1 };
  const batch = (number: number, data: Buffer | string = `line ${number}\n`) => ({
    number,
    step: 2,
    at: 1_700_000_000_000 + number,
    data: Buffer.from(data),
  });
  const bytesLive = async () => Number((await test.room.redis.hget('raibid:counts', 'logBytes')) ?? 0);

  it('keep every byte, in order, once', async () => {
    const claim = await takeJob(test.room);
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256));
    expect(await appendLog(test.room, claim, batch(1, bytes))).to.equal('stored');
    expect(await appendLog(test.room, claim, batch(2))).to.equal('stored');
    expect(await appendLog(test.room, claim, batch(1, 'other'))).to.equal('duplicate');
    expect(await appendLog(test.room, claim, batch(2))).to.equal('duplicate');
    expect(await endLog(test.room, claim, 4), 'the batch before is not there').to.equal('incomplete');
    expect(await endLog(test.room, claim, 3)).to.equal('stored');
    expect(await endLog(test.room, claim, 3)).to.equal('duplicate');
    expect(await readLog(test.room, log)).to.deep.equal({ batches: [batch(1, bytes), batch(2)], ended: true });
    expect(await readLog(test.room, { ...log, after: 1, limit: 1 })).to.deep.equal({
      batches: [batch(2)],
      ended: false,
    });
    expect(await readLog(test.room, { ...log, after: 3 })).to.deep.equal({ batches: [], ended: false });
    expect(await bytesLive()).to.equal(bytes.length + batch(2).data.length);
  });

  it('refuse who does not hold the job', async () => {
    const claim = await takeJob(test.room);
    expect(await appendLog(test.room, { ...claim, token: 'other' }, batch(1))).to.equal('fenced');
    expect(await endLog(test.room, { ...claim, token: 'other' }, 1)).to.equal('fenced');
    await requeueJob(test.room, claim, 'released');
    expect(await appendLog(test.room, claim, batch(1))).to.equal('fenced');
    expect(await endLog(test.room, claim, 1)).to.equal('fenced');
    expect(await readLog(test.room, log), 'closed by who took the job back').to.deep.equal({
      batches: [],
      ended: true,
    });
    const again = await takeJob(test.room, 'a2');
    expect(await appendLog(test.room, again, batch(1))).to.equal('stored');
    expect((await readLog(test.room, { ...log, attempt: 2 }))?.batches).to.deep.equal([batch(1)]);
  });

  it('are full when all live logs together are', async () => {
    const claim = await takeJob(test.room);
    await test.room.redis.hset('raibid:counts', 'logBytes', 512 * 2 ** 20 - 5);
    expect(await appendLog(test.room, claim, batch(1, 'x'.repeat(201)))).to.equal('full');
    expect(await appendLog(test.room, claim, batch(1, 'the log ends here')), 'the notice fits').to.equal('stored');
    expect(await appendLog(test.room, claim, batch(2, ''))).to.equal('stored');
  });

  it('are followed while they grow', async () => {
    const claim = await takeJob(test.room);
    const reader = openLogReader(test.room, log);
    try {
      const first = reader.next(0, 20_000);
      await appendLog(test.room, claim, batch(1, Buffer.from([0xff, 0, 0xc3])));
      expect(await first).to.deep.equal({ batches: [batch(1, Buffer.from([0xff, 0, 0xc3]))], ended: false });
      expect(await reader.next(1, 1)).to.deep.equal({ batches: [], ended: false });
      const end = reader.next(1, 20_000);
      await endLog(test.room, claim, 2);
      expect(await end).to.deep.equal({ batches: [], ended: true });
    } finally {
      reader.close();
    }
  });

  it('may leave ten minutes after their end, earlier when memory runs short, and take their bytes along', async () => {
    const claim = await takeJob(test.room);
    await appendLog(test.room, claim, batch(1));
    expect(await listEndedLogs(test.room)).to.deep.equal([]);
    await test.setTime(Date.now());
    await endLog(test.room, claim, 2);
    await finish(test.room, claim);
    expect(await listEndedLogs(test.room)).to.deep.equal([]);
    await test.room.redis.hincrby('raibid:counts', 'logBytes', 300 * 2 ** 20);
    expect(await listEndedLogs(test.room)).to.deep.equal([log]);
    await test.room.redis.zadd('raibid:logs:ended', Date.now() - 60_000, `${log.job}:1`);
    await test.room.redis.hincrby('raibid:counts', 'logBytes', -300 * 2 ** 20);
    expect(await listEndedLogs(test.room)).to.deep.equal([log]);
    for (let i = 0; i < 2; i++) {
      await dropLog(test.room, log);
      expect(await bytesLive()).to.equal(0);
      expect(await readLog(test.room, log)).to.equal(null);
      expect(await listEndedLogs(test.room)).to.deep.equal([]);
    }
  });

  it('leave without a byte too', async () => {
    await finish(test.room, await takeJob(test.room));
    await dropLog(test.room, log);
    expect(await readLog(test.room, log)).to.equal(null);
  });
});
