import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { type EventStream, openEventStream, readLastEventId } from '#lib/http/event-stream.js';
import { type RunningServer, serve } from '#lib/http/server-life.js';
import { expect } from 'chai';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { waitUntil } from '../../support/wait-until.js';
import { failureOf } from './failure-of.js';
import { connectRaw, type RawClient } from './raw-client.js';

describe('event stream', () => {
  let server: RunningServer;
  let streams: EventStream[];
  let answers: ServerResponse[];
  let lastEventIds: (string | null)[];

  beforeEach(async () => {
    streams = [];
    answers = [];
    lastEventIds = [];
    const listener: RequestListener = (req, res) => {
      answers.push(res);
      lastEventIds.push(readLastEventId(req));
      streams.push(openEventStream(req, res, { heartbeatMs: req.url === '/lively' ? 5 : 60_000 }));
    };
    server = await serve(listener, { port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close(0));

  async function open(path = '/', headers = '', method = 'GET'): Promise<{ client: RawClient; stream: EventStream }> {
    const client = await connectRaw(server.port);
    const index = streams.length;
    await client.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    return { client, stream: await waitUntil(() => streams[index]) };
  }

  it('says what it is and when to come back, before the first event', async () => {
    const { client } = await open();
    await waitUntil(() => client.received().includes('retry: 2000\n\n'));
    expect(client.received())
      .to.match(/^HTTP\/1\.1 200 /)
      .and.match(/\r\ncontent-type: text\/event-stream/i)
      .and.match(/\r\ncache-control: .*no-transform/i)
      .and.match(/\r\nx-accel-buffering: no\r\n/i);
    client.socket.destroy();
  });

  it('sends what a parser of event streams reads back, lines and all', async () => {
    const sent = [
      { event: 'job', id: '1-0', data: '{"id":"x"}' },
      { event: 'log', id: '2-0', data: 'two\nlines, the second ends\n' },
      { data: 'no type, no id: colons' },
      { event: 'end', data: '' },
    ];
    const got: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (event) => void got.push(event) });
    const answer = await fetch(`http://127.0.0.1:${server.port}/`);
    for (const event of sent) await streams[0]?.send(event);
    streams[0]?.close();
    parser.feed(await answer.text());
    expect(got.map(({ event, id, data }) => ({ event, id, data }))).to.deep.equal(
      sent.map(({ event, id, data }) => ({ event, id, data })),
    );
  });

  it('refuses an id or a type that would break out of its line', async () => {
    const { client, stream } = await open();
    await failureOf(stream.send({ id: '1\ndata: forged', data: 'x' }));
    await failureOf(stream.send({ event: 'a\rb', data: 'x' }));
    stream.close();
    await waitUntil(() => client.received().endsWith('0\r\n\r\n'));
    expect(client.received()).to.not.include('forged');
    client.socket.destroy();
  });

  it('keeps a silent stream alive with comments', async () => {
    const { client } = await open('/lively');
    await waitUntil(() => client.received().split(/^: .*$/m).length > 3);
    client.socket.destroy();
  });

  it('aborts the signal when the client leaves, and takes further events without harm', async () => {
    const { client, stream } = await open();
    const aborted = once(stream.signal, 'abort');
    await stream.send({ data: 'x' });
    expect(stream.signal.aborted).to.equal(false);
    client.socket.destroy();
    await aborted;
    await stream.send({ data: 'y' });
    stream.close();
  });

  it('makes the sender wait for a slow reader, and loses nothing', async () => {
    const { client, stream } = await open();
    client.socket.pause();
    const data = 'x'.repeat(100_000);
    let finished = 0;
    const total = 200;
    const sending = (async () => {
      for (let n = 0; n < total; n += 1) {
        await stream.send({ id: String(n), data });
        finished += 1;
      }
      stream.close();
    })();
    // 20 MB are more than the kernel's buffers hold.
    await waitUntil(() => answers.at(-1)?.writableNeedDrain);
    expect(finished).to.be.lessThan(total);
    client.socket.resume();
    await sending;
    await waitUntil(() => client.received().endsWith('0\r\n\r\n'));
    expect(client.received().match(/^id: \d+$/gm)).to.have.length(total);
    client.socket.destroy();
  });

  it('frees a sender that waits for a reader who leaves', async () => {
    const { client, stream } = await open();
    client.socket.pause();
    const data = 'x'.repeat(1_000_000);
    const sending = Promise.all(Array.from({ length: 50 }, () => stream.send({ data })));
    client.socket.destroy();
    await sending;
    expect(stream.signal.aborted).to.equal(true);
  });

  it('ends at once for HEAD', async () => {
    const { client, stream } = await open('/', 'Connection: close\r\n', 'HEAD');
    expect(stream.signal.aborted).to.equal(true);
    await client.closed;
    expect(client.received())
      .to.match(/text\/event-stream/)
      .and.not.include('retry:');
  });

  for (const [header, expected] of [
    ['', null],
    ['Last-Event-ID: 1700000000000-3\r\n', '1700000000000-3'],
    ['Last-Event-ID:\r\n', null],
    [`Last-Event-ID: ${'9'.repeat(1000)}\r\n`, null],
  ] as const) {
    it(`reads ${JSON.stringify(header.slice(0, 40))} as ${String(expected)}`, async () => {
      const { client } = await open('/', header);
      expect(lastEventIds).to.deep.equal([expected]);
      client.socket.destroy();
    });
  }
});
