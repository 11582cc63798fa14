import { expect } from 'chai';
import { type MessageSink, startMessageSink } from '../support/message-sink.js';
import { waitUntil } from '../support/wait-until.js';
import { createGate, setUpConnector } from './connector-fixture.js';
import { onStreams, STREAM } from './connector-stream-fixture.js';

describe("connector: streams of somebody else's", () => {
  const t = setUpConnector();
  let sink: MessageSink;

  beforeEach(async () => {
    sink = await startMessageSink();
  });
  afterEach(() => sink.close());

  const { fn, add, isDone, deadOf } = onStreams(t, () => sink);

  it('posts the body as it is, with the headers of an OpenFaaS connector and without our signature', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => 255 - i));
    const id = await add({ body: bytes });
    t.start({ functions: [fn('resize')] });
    await isDone('resize');
    const [message] = sink.messages;
    expect(message?.body.equals(bytes)).to.equal(true);
    expect(message?.path).to.equal('/resize');
    expect(message?.headers).to.include({
      'content-type': 'application/octet-stream',
      'x-topic': 'redis:orders',
      'x-connector': 'raibid',
      'x-message-id': id,
    });
    expect(message?.headers['x-call-id']).to.match(/^[0-9A-Z]{26}$/);
    expect(Object.keys(message?.headers ?? {})).to.not.include('x-raibid-signature');
  });

  it('posts the fields as JSON where there is no body', async () => {
    await add({ user: 'ada', count: '3' });
    t.start({ functions: [fn('resize')] });
    await isDone('resize');
    expect(sink.bodies()).to.deep.equal(['{"user":"ada","count":"3"}']);
  });

  it('keeps what it has delivered, for other readers', async () => {
    await add({ body: 'a' });
    t.start({ functions: [fn('resize')] });
    await isDone('resize');
    expect(await t.room.redis.xlen(STREAM)).to.equal(1);
    expect(await t.room.redis.keys('raibid:tries:*')).to.deep.equal([]);
  });

  it('deletes what it has delivered when it is told to and nobody else reads', async () => {
    await add({ body: 'a' });
    t.start({ functions: [fn('resize', { deletes: 'alone' })] });
    await waitUntil(async () => (await t.room.redis.xlen(STREAM)) === 0);
    await t.room.redis.xgroup('CREATE', STREAM, 'other', '0');
    await add({ body: 'b' });
    await isDone('resize');
    expect(await t.room.redis.xlen(STREAM)).to.equal(1);
  });

  it('brings every entry to each of two functions', async () => {
    for (const body of ['a', 'b', 'c']) await add({ body });
    t.start({ functions: [fn('resize'), fn('count')] });
    await Promise.all([isDone('resize'), isDone('count')]);
    const got = (name: string) => sink.messages.filter(({ path }) => path === `/${name}`).length;
    expect([got('resize'), got('count')]).to.deep.equal([3, 3]);
  });

  it('keeps the order of a partition key, others overtake', async () => {
    const gate = createGate();
    sink.answer(async ({ body }, res) => {
      if (body.toString() === 'a1') await gate.opened;
      res.end();
    });
    for (const [partitionkey, body] of ['a1', 'a2', 'b1', 'b2'].map((text) => [text[0] ?? '', text] as const)) {
      await add({ partitionkey, body });
    }
    t.start({ functions: [fn('resize')] });
    await waitUntil(() => sink.messages.length === 3);
    expect(sink.bodies()).to.deep.equal(['a1', 'b1', 'b2']);
    gate.open();
    await isDone('resize');
    expect(sink.bodies().at(-1)).to.equal('a2');
  });

  it('gives up after 8 failed calls: the entry as it was, and why, beside the stream', async () => {
    sink.answer((_message, res) => void res.writeHead(500).end('broken'));
    const id = await add({ body: Buffer.from([0xff, 0]), partitionkey: 'x' });
    t.start({ functions: [fn('resize')] });
    await isDone('resize');
    expect(sink.messages).to.have.length(8);
    const [letter = []] = await deadOf('resize');
    const at = Number(letter[5]);
    expect(at).to.be.closeTo(Date.now(), 60_000);
    expect(letter.map((field) => field.toString('latin1'))).to.deep.equal([
      ...['dead:why', '500 broken', 'dead:tries', '8', 'dead:at', String(at), 'dead:entry', id],
      ...['body', '\xff\0', 'partitionkey', 'x'],
    ]);
    expect(await t.room.redis.xlen(STREAM)).to.equal(1);
  });

  it('keeps the body of an entry that was trimmed before it was given up', async () => {
    sink.answer(async (_message, res) => {
      await t.room.redis.xtrim(STREAM, 'MAXLEN', 0);
      res.writeHead(422).end();
    });
    await add({ body: 'lost?' });
    t.start({ functions: [fn('resize')] });
    await waitUntil(async () => (await deadOf('resize')).length === 1);
    expect((await deadOf('resize'))[0]?.slice(8).map(String)).to.deep.equal(['body', 'lost?']);
  });

  it('does not count 502 and 503, which speak of no function', async () => {
    sink.answer((_message, res) => {
      const status = [502, 503, 502, 503, 502, 503, 502, 503, 200][sink.messages.length - 1] ?? 200;
      res.writeHead(status).end();
    });
    await add({ body: 'a' });
    t.start({ functions: [fn('resize')] });
    await isDone('resize');
    expect(sink.messages).to.have.length(9);
    expect(await deadOf('resize')).to.deep.equal([]);
  });

  it('does not let a key of another type disturb anything', async () => {
    await t.room.redis.set('text', 'not a stream');
    await add({ body: 'a' });
    t.start({ functions: [fn('odd', { stream: 'text' }), fn('resize')] });
    await isDone('resize');
    await t.room.redis.del('text');
    await add({ body: 'b' }, 'text');
    await isDone('odd', 'text');
  }).timeout(30_000);

  it('sends fewer calls at once after 429, each entry until it is taken, and waits as long as it is asked to', async () => {
    let open = 0;
    let refused = 0;
    sink.answer(async (_message, res) => {
      open += 1;
      res.once('close', () => (open -= 1));
      if (open <= 2) {
        await new Promise(setImmediate);
        res.end();
      } else {
        refused += 1;
        res.writeHead(429, refused === 1 ? { 'Retry-After': '1' } : {}).end();
      }
    });
    for (let n = 0; n < 200; n += 1) await add({ body: String(n) });
    const connector = t.start({ functions: [fn('resize', { concurrency: 16 })] });
    await isDone('resize');
    const accepted = sink.messages.length - refused;
    expect(accepted).to.equal(200);
    expect(refused).to.be.within(1, 100);
    expect(await deadOf('resize')).to.deep.equal([]);
    expect(connector.stats().get('resize')).to.deep.include({ retries: refused, deadLetters: 0 });
  });

  it('sends timers of any name, unsigned, once while the turn lasts', async () => {
    const schedules = [{ type: 'timer.report' as const, everyMs: 3_600_000, atStart: false }];
    const timed = fn('resize', { schedules, streams: [] });
    const one = t.start({ functions: [timed] });
    await waitUntil(() => sink.messages.length === 1);
    expect(sink.messages[0]?.headers).to.include({ 'x-topic': 'schedule:timer.report' });
    expect(JSON.parse(sink.bodies()[0] ?? '')).to.include({ type: 'timer.report', specversion: '1.0' });
    await one.stop(0);
    await add({ body: 'a' });
    t.start({ functions: [timed, fn('count')] });
    await isDone('count');
    expect(sink.messages.filter(({ path }) => path === '/resize')).to.have.length(1);
  });
});
