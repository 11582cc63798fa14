import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endEventStreams } from '../../../templates/typescript/runtime/event-streams.js';
import { send } from '../../support/send.js';

const TYPE = 'text/event-stream; charset=utf-8';

/** Each way in which a handler may begin an answer; none ends it. */
const BEGINNINGS: Record<string, (res: ServerResponse) => unknown> = {
  'setHeader and write': (res) => res.setHeader('Content-Type', TYPE).write('a'),
  'writeHead with headers': (res) => res.writeHead(200, { 'content-TYPE': TYPE }).write('a'),
  'writeHead with a message': (res) => res.writeHead(200, 'Fine', { 'Content-Type': TYPE }).write('a'),
  'setHeader and writeHead': (res) => res.setHeader('Content-Type', TYPE).writeHead(200).write('a'),
  'setHeader and flushHeaders': (res) => {
    res.setHeader('Content-Type', TYPE).flushHeaders();
    res.write('a');
  },
};

describe('template: event streams', () => {
  let server: Server;
  let url: string;
  let stop: AbortController;
  let begin: (res: ServerResponse) => unknown;
  beforeEach(async () => {
    stop = new AbortController();
    const watch = endEventStreams(stop.signal);
    server = createServer((_req, res) => {
      watch(res);
      begin(res);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A listening TCP server has such an address.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  for (const [name, beginning] of Object.entries(BEGINNINGS)) {
    it(`end when the function stops, and late ones at once: ${name}`, async () => {
      begin = beginning;
      const open = await send(url, { onText: () => stop.abort() });
      expect(open).to.include({ status: 200, body: 'a' });
      expect(open.headers['content-type']).to.equal(TYPE);
      expect(await send(url)).to.include({ status: 200, body: 'a' });
    });
  }

  it('are not other answers', async () => {
    begin = (res) => {
      res.writeHead(200, { 'Content-Type': 'text/plain' }).write('a');
      stop.signal.addEventListener('abort', () => setImmediate(() => setImmediate(() => res.end('b'))));
    };
    expect(await send(url, { onText: () => stop.abort() })).to.include({ body: 'ab' });
  });
});
