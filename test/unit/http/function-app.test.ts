import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeEvent, type EventData, type RaibidEvent } from '#lib/core/event.js';
import { RaibidError } from '#lib/errors.js';
import type { EventTable } from '#lib/http/event-route.js';
import { signEvent } from '#lib/http/event-signature.js';
import { createFunctionApp } from '#lib/http/function-app.js';
import { openEventStream } from '#lib/http/event-stream.js';
import { serve } from '#lib/http/server-life.js';
import { openSecrets } from '#lib/secrets.js';
import { expect } from 'chai';
import express, { type Router } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { waitUntil } from '../../support/wait-until.js';
import { connectRaw } from './raw-client.js';

describe('function app', () => {
  const push = { delivery: randomUUID(), repo: 'a/b', ref: 'refs/heads/main', sha: 'a'.repeat(40), message: 'm' };
  const now = 1_700_000_000_000;
  let directory: string;
  let logged: Record<string, unknown>[];
  let handled: [EventData<'github.push'>, RaibidEvent<'github.push'>][];
  let events: EventTable;
  let routes: (router: Router) => void;
  let build: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raibid-app-'));
    await writeFile(join(directory, 'connector-secret'), 'new\nold\n');
    logged = [];
    handled = [];
    routes = () => undefined;
    build = '';
    events = {
      'github.push': (data, event) => {
        handled.push([data, event]);
        return Promise.resolve();
      },
    };
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  function makeApp() {
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    const secrets = openSecrets(directory, { now: () => now });
    return createFunctionApp({
      name: 'enqueue',
      log,
      routes,
      events,
      secrets,
      build,
      now: () => now,
      random: () => 0.5,
    });
  }

  function makePush(): Record<string, unknown> {
    return { ...makeEvent('github.push', { id: '1-0', source: 'test', time: now, partitionkey: 'a/b', data: push }) };
  }

  function deliver(event: unknown, { secret = 'new', type = 'application/json' } = {}) {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    return request(makeApp())
      .post('/_event')
      .set('Content-Type', type)
      .set('X-Raibid-Signature', signEvent({ secret, body: Buffer.from(body), now }))
      .serialize((value: unknown) => value as string)
      .send(body);
  }

  for (const path of ['/healthz', '/_/health', '/function/enqueue/healthz', '/function/enqueue/healthz?a=b']) {
    it(`is well at ${path}, to anybody`, async () => {
      const answer = await request(makeApp()).get(path);
      expect(answer.status).to.equal(200);
      expect(answer.text).to.equal('ok');
      expect(answer.type).to.equal('text/plain');
      expect((await request(makeApp()).post(path)).status).to.equal(405);
    });
  }

  it('tells which build it is, when it was told', async () => {
    build = 'v1-3f2a';
    const { headers } = await request(makeApp()).get('/healthz');
    expect(headers['x-raibid-build']).to.equal('v1-3f2a');
  });

  it('tells nothing of what it is made of', async () => {
    const { headers } = await request(makeApp()).get('/healthz');
    expect(headers).to.not.have.any.keys('x-powered-by', 'etag', 'x-raibid-build');
    expect(headers).to.include({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });

  describe('events', () => {
    it('reach their handler with data and envelope, and are answered 204', async () => {
      const answer = await deliver(makePush());
      expect(answer.status).to.equal(204);
      expect(handled).to.have.length(1);
      expect(handled[0]?.[0]).to.deep.equal(push);
      expect(handled[0]?.[1]).to.deep.equal(makePush());
    });

    it('may be signed with either secret of a rotation, and come as cloudevents+json', async () => {
      const answer = await deliver(makePush(), { secret: 'old', type: 'application/cloudevents+json' });
      expect(answer.status).to.equal(204);
    });

    it('are not even parsed without a good signature', async () => {
      for (const body of [makePush(), '{']) {
        const answer = await deliver(body, { secret: 'wrong', type: 'text/plain' });
        expect(answer.status).to.equal(401);
        expect(answer.body).to.include({ code: 'signature-invalid' });
      }
      const unsigned = await request(makeApp()).post('/_event').send(makePush());
      expect(unsigned.body).to.include({ code: 'signature-missing', status: 401 });
      expect(handled).to.deep.equal([]);
    });

    for (const [what, change, status, code, named] of [
      ['of an unknown type', { type: 'moon.rises' }, 422, 'event-unknown', 'moon.rises'],
      ['of a type that only others handle', { type: 'timer.tick', data: {} }, 422, 'event-unknown', 'timer.tick'],
      ['of a type that every object has', { type: '__proto__' }, 422, 'event-unknown', '__proto__'],
      ['with data that breaks the schema', { data: { ...push, sha: 'main' } }, 422, 'payload-invalid', 'sha'],
      ['without data', { data: undefined }, 422, 'payload-invalid', 'data'],
      ['of another version', { specversion: '0.3' }, 422, 'payload-invalid', 'specversion'],
    ] as const) {
      it(`${what} are refused for good`, async () => {
        const answer = await deliver({ ...makePush(), ...change });
        expect(answer.status).to.equal(status);
        expect(answer.body.code).to.equal(code);
        expect(answer.body.detail).to.include(named);
        expect(handled).to.deep.equal([]);
      });
    }

    it('that are not JSON, or say that they are something else, are refused for good', async () => {
      expect((await deliver('{')).body).to.include({ status: 400, code: 'body-not-json' });
      expect((await deliver(makePush(), { type: 'text/plain' })).body).to.include({ status: 415 });
    });

    it('come again later when the handler says busy', async () => {
      events = { 'github.push': () => Promise.reject(new RaibidError('mirror-busy', 'a/b is being synced')) };
      const answer = await deliver(makePush());
      expect(answer.status).to.equal(425);
      expect(answer.body).to.include({ code: 'mirror-busy' });
      expect(answer.headers['retry-after']).to.match(/^\d+$/);
    });

    it('are a 500, never a 200, when the handler throws a plain Error', async () => {
      events = { 'github.push': () => Promise.reject(new Error('boom at /home')) };
      const answer = await deliver(makePush());
      expect(answer.status).to.equal(500);
      expect(answer.type).to.equal('application/problem+json');
      expect(answer.text).to.include('"internal"').and.not.include('boom');
      expect(logged.find(({ msg }) => msg === 'request failed')).to.have.nested.property(
        'err.message',
        'boom at /home',
      );
    });

    it('are a 500 that names the secret when the function has lost it', async () => {
      await rm(join(directory, 'connector-secret'));
      expect((await deliver(makePush())).body).to.include({ status: 500, code: 'secret-missing' });
    });
  });

  describe('calls', () => {
    it('keep their id, in the answer, in problems and in the log', async () => {
      const answer = await request(makeApp()).get('/nowhere').set('X-Call-Id', 'call-7');
      expect(answer.headers['x-call-id']).to.equal('call-7');
      expect(answer.body).to.include({ instance: 'call-7' });
      const line = await waitUntil(() => logged.find(({ msg }) => msg === 'request'));
      expect(line).to.include({ callId: 'call-7', function: 'enqueue', method: 'GET', path: '/nowhere', status: 404 });
      expect(line).to.include({ code: 'route-unknown', durationMs: 0 }).and.not.have.property('aborted');
    });

    for (const hostile of ['', 'a b', 'x'.repeat(129), '{"level":60}', '\u00e9']) {
      it(`get a new id for ${JSON.stringify(hostile.slice(0, 20))}`, async () => {
        const answer = await request(makeApp()).get('/healthz').set('X-Call-Id', hostile);
        expect(answer.headers['x-call-id']).to.match(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      });
    }

    it('leave no query in the log', async () => {
      await request(makeApp()).get('/nowhere?token=secret');
      await waitUntil(() => logged.length > 0);
      expect(JSON.stringify(logged)).to.not.include('secret');
    });

    it('work the same when the function is mounted below a path', async () => {
      routes = (router) => router.get('/jobs/:id', (req, res) => void res.json({ id: req.params.id }));
      const platform = express().use('/function/enqueue', makeApp());
      expect((await request(platform).get('/function/enqueue/jobs/7')).body).to.deep.equal({ id: '7' });
      const wrong = await request(platform).post('/function/enqueue/jobs/7');
      expect(wrong.status).to.equal(405);
      expect(wrong.headers['allow']).to.equal('GET, HEAD');
      expect((await request(platform).get('/function/enqueue/nowhere')).body).to.include({ code: 'route-unknown' });
    });

    it('abort their stream when the client leaves, and are logged as aborted', async () => {
      let signal: AbortSignal | undefined;
      routes = (router) => {
        router.get('/events', (req, res) => {
          ({ signal } = openEventStream(req, res));
        });
      };
      const server = await serve(makeApp(), { port: 0, host: '127.0.0.1' });
      const client = await connectRaw(server.port);
      await client.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
      await waitUntil(() => client.received().includes('retry:'));
      expect(client.received()).to.match(/cache-control: no-cache, no-transform/i);
      client.socket.destroy();
      await waitUntil(() => signal?.aborted);
      const line = await waitUntil(() => logged.find(({ msg }) => msg === 'request'));
      expect(line).to.include({ path: '/events', aborted: true });
      await server.close(1000);
    });
  });
});
