import {
  dropDeadLetter,
  findDeadLetter,
  listDeadLetters,
  makeDeadLetter,
  makeStreamDeadLetter,
  retryDeadLetter,
} from '#lib/redis/dead-letters.js';
import { ensureInbox, readNewEntries, recordTries } from '#lib/redis/inbox.js';
import { keys, ownInbox, streamInbox } from '#lib/redis/keys.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { expect } from 'chai';
import { useOwnInbox } from '../support/own-inbox.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const FN = 'enqueue';
const INBOX = ownInbox(FN);
const TRIES = { tries: 2, calls: 3, firstAt: 1, nextAt: 2, why: '500' };

describe('dead letters', () => {
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

  async function bury(why: string, delivery = ''): Promise<string> {
    const id = await post();
    await read('one');
    await recordTries(room, INBOX, id, TRIES);
    expect(await makeDeadLetter(room, INBOX, id, { event: `{"id":"${id}"}`, why, tries: 8, delivery })).to.equal(true);
    return id;
  }

  it('take the place of the entry, once', async () => {
    const entry = await bury('500');
    const again = await makeDeadLetter(room, INBOX, entry, { event: '{}', why: '', tries: 1, delivery: '' });
    expect(again).to.equal(false);
    const { entries } = await listDeadLetters(room, FN, { limit: 10 });
    expect(entries).to.have.length(1);
    expect(entries[0]).to.deep.include({ type: 't', tries: 8, why: '500', entry, event: { id: entry } });
    expect(entries[0]?.failedAt).to.be.closeTo(Date.now(), 60_000);
    expect(await pending()).to.equal(0);
    expect(await room.redis.exists(keys.tries(FN))).to.equal(0);
  });

  it('let the webhook delivery come again', async () => {
    await room.redis.mset(keys.delivery('one'), '1', keys.delivery('two'), '1');
    await bury('422', 'one');
    expect(await room.redis.mget(keys.delivery('one'), keys.delivery('two'))).to.deep.equal([null, '1']);
  });

  it('are listed newest first, page by page', async () => {
    for (const why of ['1', '2', '3', '4', '5']) await bury(why);
    const pages: string[][] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listDeadLetters(room, FN, { limit: 2, ...(cursor ? { cursor } : {}) });
      pages.push(page.entries.map(({ why }) => why));
      cursor = page.nextCursor;
    } while (cursor);
    expect(pages).to.deep.equal([['5', '4'], ['3', '2'], ['1']]);
    expect(await listDeadLetters(room, FN, { limit: 2, cursor: 'nonsense' })).to.deep.equal({
      entries: [],
      nextCursor: null,
    });
  });

  it('go back into the inbox under the id of their event, or away', async () => {
    const entry = await bury('a');
    await bury('b');
    const [b, a] = (await listDeadLetters(room, FN, { limit: 10 })).entries;
    expect(await findDeadLetter(room, FN, a?.id ?? '')).to.deep.equal(a);
    const back = await retryDeadLetter(room, FN, a?.id ?? '');
    expect(await retryDeadLetter(room, FN, a?.id ?? '')).to.equal(null);
    expect(await read('one')).to.deep.equal([{ id: back, type: 't', partitionKey: 'k', event: `{"id":"${entry}"}` }]);
    expect(await dropDeadLetter(room, FN, b?.id ?? '')).to.equal(true);
    expect(await dropDeadLetter(room, FN, b?.id ?? '')).to.equal(false);
    expect(await room.redis.xlen(keys.dead(FN))).to.equal(0);
  });

  it("of somebody else's stream are made once, with the bytes as they were", async () => {
    const inbox = streamInbox('orders', 'resize');
    await ensureInbox(room, inbox);
    const id = (await room.redis.xadd('orders', '*', 'photo', Buffer.from([0xff, 0xfe]))) ?? '';
    await readNewEntries(room.redis, inbox, { consumer: 'one', count: 10, blockMs: 10 });
    const obituary = { body: Buffer.from('{}'), why: '500', tries: 8 };
    expect(await makeStreamDeadLetter(room, inbox, id, obituary)).to.equal(true);
    expect(await makeStreamDeadLetter(room, inbox, id, obituary)).to.equal(false);
    const letters = await room.redis.xrangeBuffer('orders:dead:resize', '-', '+');
    expect(letters.map(([, fields]) => fields.slice(-2))).to.deep.equal([
      [Buffer.from('photo'), Buffer.from([0xff, 0xfe])],
    ]);
    expect(await room.redis.xlen('orders')).to.equal(1);
  });

  it('that can not be kept leave the entry where it is', async () => {
    const inbox = streamInbox('orders', 'resize');
    await ensureInbox(room, inbox);
    const id = (await room.redis.xadd('orders', '*', 'a', 'b')) ?? '';
    await readNewEntries(room.redis, inbox, { consumer: 'one', count: 10, blockMs: 10 });
    await room.redis.set(inbox.dead, 'of another type');
    const obituary = { body: Buffer.from('{}'), why: '500', tries: 8 };
    const kept = await makeStreamDeadLetter(room, inbox, id, obituary).catch(() => 'refused');
    expect(kept).to.equal('refused');
    expect((await room.redis.xpending('orders', inbox.group))[0]).to.equal(1);
  });

  it("of somebody else's stream hold the body alone when there are more fields than a script can take", async () => {
    const inbox = streamInbox('orders', 'resize');
    await ensureInbox(room, inbox);
    const fields = Array.from({ length: 4000 }, (_, i) => [`f${i}`, 'x']).flat();
    const id = (await room.redis.xadd('orders', '*', ...fields)) ?? '';
    await readNewEntries(room.redis, inbox, { consumer: 'one', count: 10, blockMs: 10 });
    const body = Buffer.from([0, 0xff]);
    expect(await makeStreamDeadLetter(room, inbox, id, { body, why: 'x', tries: 8 })).to.equal(true);
    const letters = await room.redis.xrangeBuffer('orders:dead:resize', '-', '+');
    expect(letters.map(([, flat]) => flat.slice(-2))).to.deep.equal([[Buffer.from('body'), body]]);
  });

  for (const id of ['', 'x', '-', '+', '1', '1-1', '99999999999999999999999-1']) {
    it(`are not found by ${JSON.stringify(id)}`, async () => {
      await bury('a');
      expect(await findDeadLetter(room, FN, id)).to.equal(null);
      expect(await retryDeadLetter(room, FN, id)).to.equal(null);
      expect(await dropDeadLetter(room, FN, id)).to.equal(false);
    });
  }
});
