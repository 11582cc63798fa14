import { keys } from '#lib/redis/keys.js';
import { expect } from 'chai';
import { problem } from '../support/event-sink.js';
import { waitUntil } from '../support/wait-until.js';
import { createGate, FN, setUpConnector } from './connector-fixture.js';

describe('connector: losses, stops and take-overs', () => {
  const t = setUpConnector();

  it('goes on after Redis was killed', async () => {
    let slow = 0;
    t.sink.answer(async () => {
      slow += 1;
      if (slow === 20) {
        await t.redis.kill();
        await t.redis.start();
      }
      return { status: 204 };
    });
    const posted = (await Promise.all([...'abcd'].map((key) => t.post(key, 25)))).flat();
    t.start({ leaseMs: 3000 });
    await t.called(20);
    await t.emptied();
    const more = await t.post('e', 2);
    await t.emptied();
    expect([...new Set(t.ids())].sort()).to.deep.equal([...posted, ...more].sort());
    for (const key of 'abcde') {
      const of = t.sink.calls
        .filter(({ event }) => event.data['key'] === key)
        .map(({ event }) => Number(event.data['n']));
      expect(of).to.deep.equal([...of].sort((a, b) => a - b));
    }
    expect(await t.dead()).to.deep.equal([]);
  });

  it('stops at once when it holds all it may and all of that waits for its next try', async () => {
    t.sink.answer(() => problem(500, 'internal'));
    await Promise.all([...'abc'].map((key) => t.post(key)));
    const connector = t.start({ limit: 2, backoff: () => 3_600_000 });
    await t.called(2);
    await waitUntil(() => connector.stats().get(FN)?.open === 0, { what: 'no call is open' });
    await connector.stop(3_600_000);
    expect(await t.left()).to.equal(3);
  }).timeout(15_000);

  it('makes the group anew when Redis lost its data', async () => {
    await t.post('a');
    t.start();
    await t.emptied();
    await t.room.redis.flushall();
    const [id] = await t.post('b');
    await t.emptied();
    expect(t.ids()).to.include(id);
  });

  it('remembers tries when it starts again, and goes on with what was pending', async () => {
    t.sink.answer(() => problem(500, 'internal'));
    const [first, second] = await t.post('a', 2);
    const one = t.start({ backoff: (calls) => (calls < 3 ? 1 : 60_000) });
    await waitUntil(async () => (await t.room.redis.hget(keys.tries(FN), first ?? ''))?.includes('"tries":3'));
    await one.stop(1000);
    expect(await t.left()).to.equal(2);

    t.start({ now: () => Date.now() + 61_000 });
    await t.emptied();
    expect(t.ids()).to.deep.equal([
      ...Array<string | undefined>(8).fill(first),
      ...Array<string | undefined>(8).fill(second),
    ]);
    expect((await t.dead()).map(({ tries }) => tries)).to.deep.equal([8, 8]);
  });

  it('stops with no new calls, when the open ones have ended', async () => {
    const gate = createGate();
    t.sink.answer(async () => {
      await gate.opened;
      return { status: 204 };
    });
    await t.post('a', 2);
    const connector = t.start();
    await t.called(1);
    const stopped = connector.stop(10_000);
    gate.open();
    await stopped;
    expect(t.sink.calls).to.have.length(1);
    expect(await t.left()).to.equal(1);
    t.start();
    await t.emptied();
    expect(t.sink.calls).to.have.length(2);
  });

  it('leaves a call that lasts beyond the deadline pending', async () => {
    t.sink.answer((_event, nth) => (nth === 1 ? new Promise(() => {}) : { status: 204 }));
    const [id] = await t.post('a');
    const connector = t.start();
    await t.called(1);
    await connector.stop(20);
    expect(await t.left()).to.equal(1);
    t.start();
    await t.emptied();
    expect(t.ids()).to.deep.equal([id, id]);
  });

  it('lets one of several connectors consume, and another take over in order', async () => {
    const one = t.start({ consumer: 'one', leaseMs: 600 });
    await t.post('a', 5);
    await t.emptied();
    t.sink.answer(({ data }, nth) => (data['n'] === 0 && nth < 6 ? { status: 503 } : { status: 204 }));
    await t.post('b', 3);
    t.start({ consumer: 'two', leaseMs: 600 });
    await t.called(7);
    await one.stop(1000);
    await t.emptied();
    const numbers = t.sink.calls.slice(5).map(({ event }) => event.data['n']);
    expect(numbers).to.deep.equal([0, 0, 0, 0, 0, 0, 1, 2]);
  });

  it('takes over from a connector that vanished', async () => {
    await t.post('a', 2);
    await t.room.redis.xgroup('CREATE', keys.inbox(FN), 'connector', '0');
    await t.room.redis.xreadgroup('GROUP', 'connector', 'gone', 'COUNT', 1, 'STREAMS', keys.inbox(FN), '>');
    await t.room.redis.set(keys.lock(`inbox:${FN}`), 'gone', 'PX', 200);
    t.start({ timeoutMs: 300, leaseMs: 300 });
    await t.emptied();
    expect(t.sink.calls.map(({ event }) => event.data['n'])).to.deep.equal([0, 1]);
  });
});
