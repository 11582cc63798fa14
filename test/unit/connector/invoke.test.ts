import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createInvoker } from '../../../functions/_connector/invoke.js';
import type { Answer } from '../../../functions/_connector/judge-answer.js';

const CALL = {
  topic: 't',
  body: Buffer.from('{}'),
  contentType: 'application/json',
  messageId: null,
  signed: true,
  timeoutMs: 5000,
};

describe('invoke', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A server that treats its connections as told; `nth` counts requests of a connection from 1. */
  async function serve(onRequest: (socket: import('node:net').Socket, connection: number, nth: number) => void) {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      const connection = connections;
      let nth = 0;
      socket.on('error', () => {});
      socket.on('data', () => {
        nth += 1;
        onRequest(socket, connection, nth);
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A listening TCP server has such an address.
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/_event`;
  }

  function open(readSecret: () => Promise<string> = async () => 'secret') {
    const invoker = createInvoker({ readSecret, now: Date.now, random: Math.random });
    const signal = new AbortController().signal;
    return {
      call: (url: string): Promise<Answer> => invoker.invoke({ ...CALL, url, signal }),
      close: () => invoker.close(),
    };
  }

  it('uses a connection again, and another when that was closed meanwhile', async () => {
    const url = await serve((socket, connection, nth) => {
      if (connection === 1 && nth === 3) socket.resetAndDestroy();
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n${connection}-${nth}`);
    });
    const { call, close } = open();
    const excerpts: unknown[] = [];
    for (let i = 0; i < 3; i += 1) {
      const answer = await call(url);
      excerpts.push(answer.kind === 'answered' ? answer.excerpt : answer);
    }
    expect(excerpts).to.deep.equal(['1-1', '1-2', '2-1']);
    close();
  });

  it('finds its way anew after a refusal that is none of ours', async () => {
    const url = await serve((socket, connection, nth) => {
      const head = connection === 1 ? '404 Not Found' : '200 OK';
      socket.write(`HTTP/1.1 ${head}\r\nContent-Length: 3\r\n\r\n${connection}-${nth}`);
    });
    const { call, close } = open();
    expect(await call(url)).to.include({ status: 404, excerpt: '1-1' });
    expect(await call(url)).to.include({ status: 200, excerpt: '2-1' });
    expect(await call(url)).to.include({ status: 200, excerpt: '2-2' });
    close();
  });

  it('says whether the event was on its way when the connection broke', async () => {
    const cut = await serve((socket) => socket.destroy());
    const half = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'));
    const { call, close } = open();
    expect(await call(cut)).to.include({ kind: 'broken' });
    expect(await call(half)).to.include({ kind: 'broken' });
    expect(await call('http://127.0.0.1:1/_event')).to.include({ kind: 'unreachable' });
    close();
  });

  it('makes no call without a secret', async () => {
    const { call, close } = open(async () => {
      throw new Error('no secret there');
    });
    expect(await call('http://127.0.0.1:1/')).to.deep.equal({ kind: 'unreachable', problem: 'no secret there' });
    close();
  });

  it('believes the code of a problem only where it says it is one, and keeps an excerpt of much', async () => {
    const bodies = ['{"code":"internal","detail":"oh"}', 'x'.repeat(100_000)];
    const types = ['application/problem+json', 'text/plain', 'application/json'];
    const url = await serve((socket, connection) => {
      const body = bodies[connection === 2 ? 1 : 0] ?? '';
      const head = `Content-Type: ${types[connection - 1]}\r\nContent-Length: ${body.length}\r\nConnection: close`;
      socket.end(`HTTP/1.1 500 Oops\r\nRetry-After: 2\r\n${head}\r\n\r\n${body}`);
    });
    const { call, close } = open();
    const common = { kind: 'answered', status: 500, retryAfterMs: 2000, internal: false };
    expect(await call(url)).to.deep.equal({ ...common, code: 'internal', excerpt: 'oh' });
    expect(await call(url)).to.deep.equal({ ...common, code: null, excerpt: 'x'.repeat(500) });
    expect(await call(url)).to.deep.equal({ ...common, code: null, excerpt: bodies[0] });
    close();
  });
});
