import { keys } from '#lib/redis/keys.js';
import { expect } from 'chai';
import { problem, startEventSink, type SunkEvent } from '../support/event-sink.js';
import { waitUntil } from '../support/wait-until.js';
import { createGate, FN, setUpConnector } from './connector-fixture.js';

describe('connector: delivery', () => {
  const t = setUpConnector();

  it('posts an event with the id of its entry and our headers, and ends the entry', async () => {
    const [id] = await t.post('a');
    t.start();
    await t.emptied();
    const [call] = t.sink.calls;
    expect(t.sink.calls).to.have.length(1);
    expect(call?.event).to.include({ id, type: 'mirror.updated' });
    expect(call?.headers).to.include({
      'content-type': 'application/cloudevents+json',
      'x-topic': 'redis:raibid:inbox:enqueue',
      'x-connector': 'raibid',
    });
    expect(call?.headers['x-call-id']).to.match(/^[0-9A-Z]{26}$/);
    expect(await t.room.redis.exists(keys.tries(FN), keys.dead(FN))).to.equal(0);
  });

  it('loses and doubles nothing of 1,000 events with 10 % failures, and keeps the order within each key', async () => {
    const posted = (await Promise.all([...'abcdefghij'].map((key) => t.post(key, 100)))).flat();
    const succeeded: SunkEvent[] = [];
    t.sink.answer((event, nth) => {
      if (Number(event.data['n']) % 10 === 3 && nth === 1) return problem(500, 'internal');
      succeeded.push(event);
      return { status: 204 };
    });
    const connector = t.start({ limit: 50 });
    await t.emptied();
    expect(succeeded.map(({ id }) => id).sort()).to.deep.equal(posted.sort());
    for (const key of 'abcdefghij') {
      const numbers = succeeded.filter(({ data }) => data['key'] === key).map(({ data }) => data['n']);
      expect(numbers).to.deep.equal([...Array(100).keys()]);
    }
    await waitUntil(() => connector.stats().get(FN)?.held === 0);
    expect(connector.stats().get(FN)).to.deep.include({ invocations: 1100, retries: 100, deadLetters: 0, open: 0 });
    expect(t.sink.mostOpen()).to.be.at.most(8);
  });

  it('holds back what is behind a failing event of the same key, nothing else', async () => {
    let broken = true;
    t.sink.answer(({ data }) => (broken && data['key'] === 'a' && data['n'] === 0 ? { status: 502 } : { status: 200 }));
    await t.post('a', 2);
    await t.post('b', 3);
    await t.post('', 3);
    t.start();
    await waitUntil(async () => (await t.left()) === 2);
    await t.called(10);
    expect(t.sink.calls.filter(({ event }) => event.data['key'] === 'a' && event.data['n'] === 1)).to.have.length(0);
    broken = false;
    await t.emptied();
  });

  it('runs events without a key side by side, up to the limit', async () => {
    const gate = createGate();
    t.sink.answer(async () => {
      await gate.opened;
      return { status: 204 };
    });
    await t.post('', 5);
    t.start({ concurrency: 3 });
    await t.called(3);
    gate.open();
    await t.emptied();
    expect(t.sink.mostOpen()).to.equal(3);
  });

  it('gives an event up at once on 422, says why, and takes its delivery again', async () => {
    t.sink.answer(() => problem(422, 'payload-invalid'));
    await t.room.redis.set(keys.delivery('guid-1234'), 'x');
    const [id] = await t.post('a', 1, 'github.push', { delivery: 'guid-1234' });
    const connector = t.start();
    await t.emptied();
    expect(t.sink.calls).to.have.length(1);
    const [letter] = await t.dead();
    expect(letter).to.include({ type: 'github.push', tries: 1, entry: id });
    expect(letter?.why).to.equal('422 payload-invalid because of payload-invalid');
    expect(letter?.event).to.deep.include({ id, specversion: '1.0' });
    expect(await t.room.redis.exists(keys.delivery('guid-1234'))).to.equal(0);
    await waitUntil(() => connector.stats().get(FN)?.deadLetters === 1);
  });

  it('gives an event up after 8 tries that count, then goes on with the key', async () => {
    t.sink.answer(({ data }) => (data['n'] === 0 ? problem(500, 'internal') : { status: 204 }));
    const [first, second] = await t.post('a', 2);
    t.start();
    await t.emptied();
    expect(t.ids()).to.deep.equal([...Array<string | undefined>(8).fill(first), second]);
    expect(await t.dead()).to.have.length(1);
    expect((await t.dead())[0]).to.include({ tries: 8, entry: first });
    expect(await t.room.redis.exists(keys.tries(FN))).to.equal(0);
  });

  it('does not count answers of the infrastructure', async () => {
    const answers = [401, 403, 404, 425, 429, 500, 502, 503, 504, 404, 404, 204].map((status) => ({ status }));
    t.sink.answer((_event, nth) => answers[nth - 1] ?? { status: 422 });
    await t.post('a');
    t.start();
    await t.emptied();
    expect(t.sink.calls).to.have.length(12);
    expect(await t.dead()).to.deep.equal([]);
  });

  it('gives up what no function could be reached for in a day', async () => {
    const closed = await startEventSink();
    await closed.close();
    let time = Date.now();
    await t.post('a');
    t.start({ url: closed.url, now: () => time });
    await waitUntil(() => t.room.redis.hlen(keys.tries(FN)));
    time += 25 * 3600 * 1000;
    await t.emptied();
    const [letter] = await t.dead();
    expect(letter).to.include({ tries: 0 });
    expect(letter?.why).to.match(/^no connection: .*ECONNREFUSED/);
  });

  it('counts a late answer as a try', async () => {
    t.sink.answer((_event, nth) => (nth === 1 ? new Promise(() => {}) : { status: 204 }));
    await t.post('a');
    t.start({ timeoutMs: 50, leaseMs: 300 });
    await t.emptied();
    expect(t.sink.calls).to.have.length(2);
  });

  it('moves an entry that is no event out of the way', async () => {
    await t.room.redis.xadd(keys.inbox(FN), '*', 'type', 'mirror.updated', 'partitionkey', 'a', 'event', 'nonsense');
    const [id] = await t.post('a');
    t.start();
    await t.emptied();
    expect(t.ids()).to.deep.equal([id]);
    expect((await t.dead())[0]).to.include({ event: 'nonsense', why: 'the entry holds no CloudEvent' });
  });
});
