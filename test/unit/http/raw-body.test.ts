import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createProblemHandler } from '#lib/http/problem.js';
import { BODY_LIMIT, readRawBody } from '#lib/http/raw-body.js';
import { type RunningServer, serve } from '#lib/http/server-life.js';
import { expect } from 'chai';
import express, { type ErrorRequestHandler } from 'express';
import { pino } from 'pino';
import { waitUntil } from '../../support/wait-until.js';
import { connectRaw } from './raw-client.js';

const MEGABYTE = 2 ** 20;

describe('raw body', () => {
  let server: RunningServer;
  let bodies: Buffer[];
  let failures: unknown[];

  beforeEach(async () => {
    bodies = [];
    failures = [];
    const app = express();
    app.post('/', async (req, res) => {
      const body = await readRawBody(req);
      bodies.push(body);
      res.send(String(body.length));
    });
    const keep: ErrorRequestHandler = (error, _req, _res, next) => {
      failures.push(error);
      next(error);
    };
    app.use(keep, createProblemHandler({ log: pino({ level: 'silent' }) }));
    server = await serve(app, { port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close(0));

  function url(): string {
    return `http://127.0.0.1:${server.port}/`;
  }

  it('gives the very bytes, however they are cut', async () => {
    const body = randomBytes(300_000);
    const pieces = [body.subarray(0, 1), body.subarray(1, 70_000), body.subarray(70_000)];
    const answer = await fetch(url(), { method: 'POST', body: Readable.from(pieces), duplex: 'half' });
    expect(answer.status).to.equal(200);
    expect(bodies[0]?.equals(body)).to.equal(true);
  });

  it('takes no body for an empty one', async () => {
    const answer = await fetch(url(), { method: 'POST' });
    expect(await answer.text()).to.equal('0');
  });

  it('takes exactly 25 MB', async () => {
    const answer = await fetch(url(), { method: 'POST', body: Buffer.alloc(BODY_LIMIT) });
    expect(await answer.text()).to.equal(String(25 * MEGABYTE));
  });

  for (const size of [BODY_LIMIT + 1, 26 * MEGABYTE]) {
    it(`answers 413 to ${size} bytes from fetch, announced`, async () => {
      const answer = await fetch(url(), { method: 'POST', body: Buffer.alloc(size) });
      expect(answer.status).to.equal(413);
      expect(await answer.json()).to.include({ code: 'body-too-large', status: 413 });
      expect(bodies).to.deep.equal([]);
    });
  }

  it('answers 413 to 26 MB from fetch, chunked', async () => {
    const pieces = Array.from({ length: 26 }, () => Buffer.alloc(MEGABYTE));
    const answer = await fetch(url(), { method: 'POST', body: Readable.from(pieces), duplex: 'half' });
    expect(answer.status).to.equal(413);
    expect(await answer.json()).to.include({ code: 'body-too-large' });
    expect(bodies).to.deep.equal([]);
  });

  for (const kind of ['announced', 'chunked'] as const) {
    it(`answers 413 to 26 MB from node's http, ${kind}`, async () => {
      const headers = kind === 'announced' ? { 'content-length': 26 * MEGABYTE } : { 'transfer-encoding': 'chunked' };
      const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        const call = httpRequest(url(), { method: 'POST', headers }, (res) => {
          text(res).then((body) => resolve({ status: res.statusCode, body }), reject);
        });
        call.on('error', reject).end(Buffer.alloc(26 * MEGABYTE));
      });
      expect(answer.status).to.equal(413);
      expect(answer.body).to.include('body-too-large');
    });

    it(`answers 413 to a socket that sends all of 26 MB before it reads, ${kind}, and serves its next request`, async () => {
      const client = await connectRaw(server.port);
      client.socket.pause();
      const frame = kind === 'announced' ? `Content-Length: ${26 * MEGABYTE}` : 'Transfer-Encoding: chunked';
      await client.write(`POST / HTTP/1.1\r\nHost: x\r\n${frame}\r\n\r\n`);
      for (let sent = 0; sent < 26; sent += 1) {
        if (kind === 'chunked') await client.write(`${MEGABYTE.toString(16)}\r\n`);
        await client.write(Buffer.alloc(MEGABYTE));
        if (kind === 'chunked') await client.write('\r\n');
      }
      if (kind === 'chunked') await client.write('0\r\n\r\n');
      await client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi');
      client.socket.resume();
      await client.closed;
      const [first = '', second = ''] = client.received().split(/(?=HTTP\/1\.1 200)/);
      expect(first)
        .to.match(/^HTTP\/1\.1 413 /)
        .and.include('"code":"body-too-large"');
      expect(second).to.match(/^HTTP\/1\.1 200 /);
      expect(bodies.map(String)).to.deep.equal(['hi']);
    });
  }

  it('answers 413 to a socket that sends all of 26 MB before it reads, and wants the connection closed', async () => {
    const client = await connectRaw(server.port);
    client.socket.pause();
    await client.write(`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${26 * MEGABYTE}\r\n\r\n`);
    for (let sent = 0; sent < 26; sent += 1) await client.write(Buffer.alloc(MEGABYTE));
    client.socket.resume();
    await client.closed;
    expect(client.received()).to.match(/^HTTP\/1\.1 413 [^]*"code":"body-too-large"/);
  });

  it('cuts a client that sends without end, after the 413', async () => {
    const client = await connectRaw(server.port);
    await client.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = Buffer.concat([
      Buffer.from(`${MEGABYTE.toString(16)}\r\n`),
      Buffer.alloc(MEGABYTE),
      Buffer.from('\r\n'),
    ]);
    let sent = 0;
    while (!client.socket.closed && sent < 500) {
      await Promise.race([client.write(chunk).catch(() => undefined), client.closed]);
      sent += 1;
    }
    expect(sent).to.be.within(25, 200);
    expect(client.received()).to.match(/^HTTP\/1\.1 413 /);
  });

  for (const kind of ['announced', 'chunked'] as const) {
    for (const leave of ['cuts', 'ends'] as const) {
      it(`takes nothing from a client that ${leave} the connection in the middle of a body, ${kind}`, async () => {
        const client = await connectRaw(server.port);
        const frame = kind === 'announced' ? 'Content-Length: 100' : 'Transfer-Encoding: chunked';
        await client.write(
          `POST / HTTP/1.1\r\nHost: x\r\n${frame}\r\n\r\n${kind === 'chunked' ? '64\r\n' : ''}half of it`,
        );
        if (leave === 'cuts') client.socket.resetAndDestroy();
        else client.socket.end();
        await waitUntil(() => failures.length > 0);
        expect(failures[0]).to.include({ code: 'body-incomplete', status: 400 });
        await client.closed;
        if (leave === 'ends') expect(client.received()).to.match(/^HTTP\/1\.1 400 [^]*"code":"body-incomplete"/);
        expect(bodies).to.deep.equal([]);
      });
    }
  }
});
