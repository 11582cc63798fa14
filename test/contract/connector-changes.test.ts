import { expect } from 'chai';
import { streamInbox } from '#lib/redis/keys.js';
import { type MessageSink, startMessageSink } from '../support/message-sink.js';
import { waitUntil } from '../support/wait-until.js';
import { createGate, setUpConnector } from './connector-fixture.js';
import { onStreams, STREAM } from './connector-stream-fixture.js';

describe('connector: when functions come, change and go', () => {
  const t = setUpConnector();
  let sink: MessageSink;
  const { fn, add, group, isDone } = onStreams(t, () => sink);

  beforeEach(async () => {
    sink = await startMessageSink();
  });
  afterEach(() => sink.close());

  it('starts and ends without disturbing others, and lets open calls finish', async () => {
    const gate = createGate();
    sink.answer(async ({ path }, res) => {
      if (path === '/resize') await gate.opened;
      res.end();
    });
    await add({ body: 'a' });
    const connector = t.start({ functions: [fn('resize')] });
    await waitUntil(() => sink.messages.length === 1);
    connector.connect([fn('count')]);
    await isDone('count');
    await add({ body: 'b' });
    await isDone('count');
    gate.open();
    await waitUntil(async () => (await group('resize'))?.pending === 0);
    expect(sink.messages.filter(({ path }) => path === '/resize')).to.have.length(1);
    connector.connect([fn('count'), fn('resize')]);
    await isDone('resize');
    expect(sink.bodies().filter((body) => body === 'b')).to.have.length(2);
  });

  it('calls a function that changed as it is now, from the next call on', async () => {
    const connector = t.start({ functions: [fn('resize')] });
    await add({ body: 'a' });
    await isDone('resize');
    connector.connect([fn('resize', { url: `${sink.url}/elsewhere` })]);
    await add({ body: 'b' });
    await isDone('resize');
    expect(sink.messages.map(({ path }) => path)).to.deep.equal(['/resize', '/elsewhere']);
  });

  it('takes a stream up again where it was left', async () => {
    const connector = t.start({ functions: [fn('resize')] });
    await add({ body: 'a' });
    await isDone('resize');
    connector.connect([]);
    await waitUntil(async () => (await t.room.redis.exists(streamInbox(STREAM, 'resize').lock)) === 0);
    await add({ body: 'b' });
    connector.connect([fn('resize')]);
    await isDone('resize');
    expect(sink.bodies()).to.deep.equal(['a', 'b']);
  });

  it('begins with what comes where it is told to', async () => {
    await add({ body: 'old' });
    const [stream] = fn('resize').streams;
    if (!stream) throw new Error('it has a stream');
    t.start({ functions: [fn('resize', { streams: [{ ...stream, from: 'next' }] })] });
    await waitUntil(() => group('resize'));
    await add({ body: 'new' });
    await waitUntil(() => sink.messages.length > 0);
    expect(sink.bodies()).to.deep.equal(['new']);
  });

  it('refuses to read an inbox for two functions', async () => {
    const own = { ...fn('enqueue'), own: true };
    t.start({ functions: [own, { ...own, url: `${sink.url}/other` }, fn('count')] });
    await add({ body: 'a' });
    await isDone('count');
    expect(sink.messages.filter(({ path }) => path === '/other')).to.deep.equal([]);
  });
});
