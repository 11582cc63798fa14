import { expect } from 'chai';
import { readLog } from '#lib/redis/logs.js';
import { closeRoom, openRoom } from '#lib/redis/room.js';
import { openLogShipper } from '../../../../functions/_agent/log/log-shipper.js';
import { create, idOf, takeJob } from '../../../support/room-jobs.js';
import { startRedis, type TestRedis } from '../../../support/redis-server.js';

describe('openLogShipper', () => {
  let server: TestRedis;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.stop());

  it('stores output in order and ends the log', async () => {
    const room = openRoom(server.url);
    await create(room, 1);
    const claim = await takeJob(room);
    const { signal } = new AbortController();
    const shipper = openLogShipper({ room, claim, now: Date.now, onFenced: () => undefined, signal });
    for (let line = 1; line <= 3; line += 1) shipper.write(0, Buffer.from(`line ${line}\n`));
    shipper.write(1, Buffer.from('no end'));
    expect(await shipper.end()).to.equal('ended');
    const page = await readLog(room, { job: idOf(1), attempt: 1 });
    expect(page?.ended).to.equal(true);
    expect(page?.batches.map(({ step, data }) => [step, data.toString()])).to.deep.equal([
      [0, 'line 1\nline 2\nline 3\n'],
      [1, 'no end'],
    ]);
    closeRoom(room);
  });

  it('says at the end, and only then, that it was told to stop while Redis was away', async () => {
    const room = openRoom(server.url, { resend: false });
    await create(room, 1);
    const claim = await takeJob(room);
    const stop = new AbortController();
    const shipper = openLogShipper({ room, claim, now: Date.now, onFenced: () => undefined, signal: stop.signal });
    await server.kill();
    closeRoom(room);
    stop.abort(new Error('told to stop'));
    shipper.write(0, Buffer.alloc(64 * 1024, 'x\n'));
    // An unhandled rejection would end the agent.
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).to.deep.equal([]);
    const refusal: unknown = await shipper.end().catch((error: unknown) => error);
    expect(refusal).to.be.an('error');
  });
});
