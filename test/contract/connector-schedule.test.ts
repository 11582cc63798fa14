import { keys } from '#lib/redis/keys.js';
import { expect } from 'chai';
import { waitUntil } from '../support/wait-until.js';
import { createGate, FN, setUpConnector } from './connector-fixture.js';

describe('connector: schedules', () => {
  const t = setUpConnector();

  it('are sent at start and at intervals, and never stored', async () => {
    t.start({
      schedules: [
        { type: 'timer.tick', everyMs: 30, atStart: false },
        { type: 'timer.reconcile', everyMs: 3_600_000, atStart: true },
      ],
    });
    await t.called(5);
    const types = t.sink.calls.map(({ event }) => event.type);
    expect(types.filter((type) => type === 'timer.reconcile')).to.have.length(1);
    expect(types.filter((type) => type === 'timer.tick')).to.have.length.of.at.least(4);
    expect(t.sink.calls.find(({ event }) => event.type === 'timer.tick')?.headers['x-topic']).to.equal(
      'schedule:timer.tick',
    );
    expect(await t.room.redis.xlen(keys.inbox(FN))).to.equal(0);
  });

  it('are one at a time, and what is missed is dropped', async () => {
    const gate = createGate();
    let turns = 0;
    t.sink.answer(async () => {
      await gate.opened;
      return { status: 204 };
    });
    t.start({ schedules: [{ type: 'timer.tick', everyMs: 10, atStart: false }] });
    await t.called(1);
    await waitUntil(() => (turns += 1) > 10);
    gate.open();
    await t.called(3);
    expect(t.sink.mostOpen()).to.equal(1);
  });

  it('are sent by one of several connectors', async () => {
    const turn = keys.lock(`timer:${FN}:timer.tick`);
    await t.room.redis.set(turn, 'of another', 'PX', 60_000);
    t.start({ schedules: [{ type: 'timer.tick', everyMs: 5, atStart: false }] });
    for (let n = 0; n < 10; n += 1) {
      await t.post('a');
      await t.emptied();
    }
    expect(t.sink.calls.filter(({ event }) => event.type === 'timer.tick')).to.deep.equal([]);
    await t.room.redis.del(turn);
    await waitUntil(() => t.sink.calls.some(({ event }) => event.type === 'timer.tick'));
  });
});
