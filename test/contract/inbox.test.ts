import {
  ackEntry,
  ensureInbox,
  holdInbox,
  leaveInbox,
  readOwnEntries,
  readTries,
  recordTries,
  takeStaleEntries,
} from '#lib/redis/inbox.js';
import { keys, ownInbox } from '#lib/redis/keys.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { expect } from 'chai';
import { useOwnInbox } from '../support/own-inbox.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';

const FN = 'enqueue';
const INBOX = ownInbox(FN);
const TRIES = { tries: 2, calls: 3, firstAt: 1, nextAt: 2, why: '500' };

describe('inbox', () => {
  let redis: TestRedis;
  let room: Room;

  before(async () => {
    redis = await startRedis();
    room = openRoom(redis.url);
  });
  after(async () => {
    closeRoom(room);
    await redis.stop();
  });
  beforeEach(async () => {
    await room.redis.flushall();
    await ensureInbox(room, INBOX);
  });

  const { post, read, pending } = useOwnInbox(() => room);
  const own = (consumer: string, after = '0') => readOwnEntries(room.redis, INBOX, { consumer, count: 10, after });

  it('is made once, and delivers what came before its group', async () => {
    await room.redis.del(keys.inbox(FN));
    const id = await post('{"a":1}', 'key');
    await ensureInbox(room, INBOX);
    await ensureInbox(room, INBOX);
    expect(await read('one')).to.deep.equal([{ id, type: 't', partitionKey: 'key', event: '{"a":1}' }]);
    expect(await read('one')).to.deep.equal([]);
  });

  it('gives a consumer its own pending entries again, page by page, and names those that are gone', async () => {
    const [first = '', second = ''] = [await post(), await post()];
    await read('one');
    expect(await own('two')).to.deep.equal({ entries: [], ghosts: [], last: null });
    expect((await own('one')).entries.map(({ id }) => id)).to.deep.equal([first, second]);
    expect((await own('one', first)).entries.map(({ id }) => id)).to.deep.equal([second]);
    await room.redis.xdel(keys.inbox(FN), second);
    expect(await own('one', first)).to.deep.equal({ entries: [], ghosts: [second], last: second });
  });

  it('remembers tries until the entry has ended, not longer', async () => {
    const id = await post();
    await read('one');
    expect(await recordTries(room, INBOX, id, TRIES)).to.equal(true);
    expect(await readTries(room, INBOX, [id, '1-1'])).to.deep.equal(new Map([[id, TRIES]]));
    await ackEntry(room, INBOX, id);
    await ackEntry(room, INBOX, id);
    expect(await recordTries(room, INBOX, id, TRIES)).to.equal(false);
    expect(await readTries(room, INBOX, [id])).to.deep.equal(new Map());
    expect(await pending()).to.equal(0);
    expect(await room.redis.xlen(keys.inbox(FN))).to.equal(0);
  });

  it('is held by one at a time, again by the same, and by the next after it was left or its time is up', async () => {
    const hold = async (consumer: string, ttlMs = 60_000) =>
      (await holdInbox(room, INBOX, { consumer, held: 0, ttlMs, entries: [] })) === 'yes';
    expect(await hold('one')).to.equal(true);
    expect(await hold('two')).to.equal(false);
    expect(await hold('one')).to.equal(true);
    await leaveInbox(room, INBOX, { consumer: 'two', busy: [] });
    expect(await hold('two')).to.equal(false);
    await leaveInbox(room, INBOX, { consumer: 'one', busy: [] });
    expect(await hold('two', 20)).to.equal(true);
    await waitUntil(() => hold('one'));
  });

  describe('wished for by several', () => {
    const hold = (consumer: string, held: number, ttlMs = 60_000) =>
      holdInbox(room, INBOX, { consumer, held, ttlMs, entries: [] });
    const leave = (consumer: string) => leaveInbox(room, INBOX, { consumer, busy: [] });

    it('tells its holder of one that holds fewer, not of one that holds as many', async () => {
      expect(await hold('one', 3)).to.equal('yes');
      expect(await hold('two', 3)).to.equal('no');
      expect(await hold('one', 3)).to.equal('yes');
      expect(await hold('two', 2)).to.equal('no');
      expect(await hold('one', 3)).to.equal('wanted');
      expect(await hold('one', 2)).to.equal('yes');
    });

    it('goes to the one that holds fewest when it is free', async () => {
      await hold('one', 3);
      await hold('two', 2);
      await hold('three', 0);
      await hold('two', 1);
      await leave('one');
      expect(await hold('one', 2)).to.equal('no');
      expect(await hold('two', 1)).to.equal('no');
      expect(await hold('three', 0)).to.equal('yes');
      expect(await hold('three', 0)).to.equal('yes');
      expect(await room.redis.exists(INBOX.wish)).to.equal(0);
    });

    it('waits for nobody who stopped wishing', async () => {
      await hold('one', 3);
      await hold('gone', 0, 30);
      await leave('one');
      await waitUntil(async () => (await hold('two', 5)) === 'yes');
    });
  });

  it('renews what its holder has in hand: only what was left alone is taken over', async () => {
    const [kept = '', idle = ''] = [await post(), await post()];
    await read('one');
    const idleOf = async (id: string) =>
      (
        (await room.redis.xpending(keys.inbox(FN), 'connector', id, id, 1)) as [string, string, number, number][]
      )[0]?.[2] ?? 0;
    await waitUntil(async () => (await idleOf(kept)) >= 60);
    await holdInbox(room, INBOX, { consumer: 'one', held: 0, ttlMs: 60_000, entries: [kept] });
    expect(await idleOf(kept)).to.be.below(await idleOf(idle));
    expect(await takeStaleEntries(room, INBOX, { consumer: 'two', minIdleMs: 60_000 })).to.deep.equal({
      taken: 0,
      foreign: 2,
    });
    await leaveInbox(room, INBOX, { consumer: 'one', busy: [kept] });
    expect(await takeStaleEntries(room, INBOX, { consumer: 'two', minIdleMs: 60_000 })).to.deep.equal({
      taken: 1,
      foreign: 1,
    });
    expect((await own('two')).entries.map(({ id }) => id)).to.deep.equal([idle]);
  });

  it('is left with all that was handed out, whether it arrived or not', async () => {
    const posted = await Promise.all(Array.from({ length: 250 }, () => post()));
    await read('one', 250);
    await holdInbox(room, INBOX, { consumer: 'one', held: 0, ttlMs: 60_000, entries: [] });
    await leaveInbox(room, INBOX, { consumer: 'one', busy: posted.slice(120, 121) });
    expect(await takeStaleEntries(room, INBOX, { consumer: 'two', minIdleMs: 60_000 })).to.deep.equal({
      taken: 249,
      foreign: 1,
    });
  });

  it('forgets consumers of others that have nothing', async () => {
    await ackEntry(room, INBOX, await post());
    await room.redis.xgroup('CREATECONSUMER', INBOX.stream, INBOX.group, 'gone');
    await post();
    await read('one');
    expect(await takeStaleEntries(room, INBOX, { consumer: 'two', minIdleMs: 60_000 })).to.deep.equal({
      taken: 0,
      foreign: 1,
    });
    const consumers = (await room.redis.xinfo('CONSUMERS', INBOX.stream, INBOX.group)) as unknown[][];
    expect(consumers.map(([, name]) => name))
      .to.include('one')
      .and.not.include('gone');
  });

  it('forgets a consumer that leaves nothing behind', async () => {
    const id = await post();
    await read('one');
    await ackEntry(room, INBOX, id);
    await holdInbox(room, INBOX, { consumer: 'one', held: 0, ttlMs: 60_000, entries: [] });
    await leaveInbox(room, INBOX, { consumer: 'one', busy: [] });
    expect(await room.redis.xinfo('CONSUMERS', keys.inbox(FN), 'connector')).to.deep.equal([]);
  });
});
