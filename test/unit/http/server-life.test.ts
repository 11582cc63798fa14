import type { ServerResponse } from 'node:http';
import { openEventStream } from '#lib/http/event-stream.js';
import { type RunningServer, serve } from '#lib/http/server-life.js';
import { expect } from 'chai';
import { waitUntil } from '../../support/wait-until.js';
import { failureOf } from './failure-of.js';
import { connectRaw } from './raw-client.js';

describe('server life', () => {
  let server: RunningServer;
  let waiting: ServerResponse[];
  let signals: AbortSignal[];

  beforeEach(async () => {
    waiting = [];
    signals = [];
    server = await serve(
      (req, res) => {
        if (req.url === '/stream') signals.push(openEventStream(req, res).signal);
        else if (req.url === '/slow') waiting.push(res);
        else res.end('quick');
      },
      { port: 0, host: '127.0.0.1' },
    );
  });
  afterEach(() => server.close(0));

  async function get(path: string) {
    const client = await connectRaw(server.port);
    await client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return client;
  }

  it('tells the port it got, and says when a port is taken', async () => {
    expect(server.port).to.be.greaterThan(0);
    const error = await failureOf(serve(() => undefined, { port: server.port, host: '127.0.0.1' }));
    expect(error).to.have.property('code', 'port-taken');
    expect(error.message).to.include(String(server.port));
  });

  it('hands on other failures to listen', async () => {
    const error = await failureOf(serve(() => undefined, { port: 0, host: '192.0.2.1' }));
    expect(error).to.have.property('code', 'EADDRNOTAVAIL');
  });

  it('closes at once when only idle connections are left', async () => {
    const client = await get('/');
    await waitUntil(() => client.received().includes('quick'));
    await server.close(60_000);
    await client.closed;
  });

  it('lets a request in flight finish, and takes no new ones', async () => {
    const client = await get('/slow');
    const res = await waitUntil(() => waiting[0]);
    const closed = server.close(60_000);
    await failureOf(fetch(`http://127.0.0.1:${server.port}/`));
    res.end('done in the end');
    await closed;
    await client.closed;
    expect(client.received())
      .to.match(/connection: close/i)
      .and.include('done in the end');
  });

  it('does not keep the connection of an answer that had begun before', async () => {
    const client = await get('/slow');
    const res = await waitUntil(() => waiting[0]);
    res.write('begun, ');
    await waitUntil(() => client.received().includes('begun'));
    const closed = server.close(60_000);
    res.end('done');
    await closed;
    await client.closed;
    expect(client.received()).to.match(/begun[^]*done/);
  });

  it('ends event streams properly instead of waiting for them', async () => {
    const client = await get('/stream');
    await waitUntil(() => client.received().includes('retry:'));
    await server.close(60_000);
    await client.closed;
    expect(client.received()).to.match(/0\r\n\r\n$/);
    expect(signals[0]?.aborted).to.equal(true);
  });

  it('cuts what is not done by the deadline', async () => {
    const client = await get('/slow');
    await waitUntil(() => waiting[0]);
    await server.close(20);
    await client.closed;
    expect(client.received()).to.equal('');
  });

  it('answers a problem to what is no request', async () => {
    const client = await connectRaw(server.port);
    await client.write('HELO you\r\n\r\n');
    await client.closed;
    expect(client.received()).to.match(/^HTTP\/1\.1 400 [^]*"code":"request-malformed"/);
  });

  it('may be closed twice', async () => {
    await Promise.all([server.close(1000), server.close(1000)]);
    await server.close(1000);
  });
});
