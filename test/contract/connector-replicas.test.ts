import { expect } from 'chai';
import { streamInbox } from '#lib/redis/keys.js';
import type { ConnectedFunction } from '../../functions/_connector/connector.js';
import { type MessageSink, startMessageSink } from '../support/message-sink.js';
import { waitUntil } from '../support/wait-until.js';
import { setUpConnector } from './connector-fixture.js';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const LEASE = { leaseMs: 900 };

describe('connector: several replicas', () => {
  const t = setUpConnector();
  let sink: MessageSink;
  let functions: ConnectedFunction[];

  beforeEach(async () => {
    sink = await startMessageSink();
    functions = NAMES.map((name) => ({
      ...{ name, own: false, url: `${sink.url}/${name}`, timeoutMs: 300, concurrency: 8, schedules: [] },
      streams: [{ topic: `redis:s-${name}`, inbox: streamInbox(`s-${name}`, name), from: 'first' }],
    }));
  });
  afterEach(() => sink.close());

  const holders = () => t.room.redis.mget(NAMES.map((name) => streamInbox(`s-${name}`, name).lock));
  const share = async (consumer: string) => (await holders()).filter((holder) => holder === consumer).length;
  const heldAs = (shares: Record<string, number>) =>
    waitUntil(
      async () => {
        const now = await Promise.all(Object.keys(shares).map(share));
        return now.join() === Object.values(shares).join();
      },
      { what: `inboxes are held as ${JSON.stringify(shares)}` },
    );
  const addToEach = (body: string) =>
    Promise.all(NAMES.map((name) => t.room.redis.xadd(`s-${name}`, '*', 'partitionkey', 'k', 'body', body)));
  const gotEach = (count: number) =>
    waitUntil(() => NAMES.every((name) => sink.messages.filter(({ path }) => path === `/${name}`).length === count));

  it('share the inboxes, whoever came first, and lose and double nothing meanwhile', async () => {
    t.start({ ...LEASE, consumer: 'one', functions });
    await heldAs({ one: 6 });
    await addToEach('1');
    await gotEach(1);
    const two = t.start({ ...LEASE, consumer: 'two', functions });
    await addToEach('2');
    await heldAs({ one: 3, two: 3 });
    t.start({ ...LEASE, consumer: 'three', functions });
    await addToEach('3');
    await heldAs({ one: 2, two: 2, three: 2 });
    await addToEach('4');
    await gotEach(4);
    await two.stop(1000);
    await heldAs({ one: 3, three: 3 });
    await addToEach('5');
    await gotEach(5);
    for (const name of NAMES) {
      const bodies = sink.messages.flatMap(({ path, body }) => (path === `/${name}` ? [body.toString()] : []));
      expect(bodies, name).to.deep.equal(['1', '2', '3', '4', '5']);
    }
  });

  it('leave a lone one all of them', async () => {
    t.start({ ...LEASE, consumer: 'one', functions });
    await heldAs({ one: 6 });
    const two = t.start({ ...LEASE, consumer: 'two', functions });
    await heldAs({ one: 3, two: 3 });
    await two.stop(1000);
    await heldAs({ one: 6 });
    await addToEach('1');
    await gotEach(1);
  });

  it('of which one connects fewer functions share those that both connect', async () => {
    t.start({ ...LEASE, consumer: 'one', functions });
    await heldAs({ one: 6 });
    t.start({ ...LEASE, consumer: 'two', functions: functions.slice(0, 1) });
    await heldAs({ one: 5, two: 1 });
  });
});
