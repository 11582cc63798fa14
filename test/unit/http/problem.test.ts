import { readJson } from '#lib/http/json-body.js';
import { createProblemHandler } from '#lib/http/problem.js';
import { parseQuery } from '#lib/http/query.js';
import { createUnknownRouteHandler } from '#lib/http/unknown-route.js';
import { ERROR_CODES, describeError, RaibidError } from '#lib/errors.js';
import { closeRoom, openRoom, pingRoom } from '#lib/redis/room.js';
import { expect } from 'chai';
import express, { Router } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { z } from 'zod';
import { failureOf } from './failure-of.js';

const Body = z.object({ repo: z.string(), priority: z.int().max(100).default(0) });
const Query = z.object({ state: z.string().optional(), limit: z.coerce.number().int().max(100).default(20) });

describe('problems', () => {
  let thrown: unknown;
  let logged: Record<string, unknown>[];

  function makeApp() {
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    const router = Router({ caseSensitive: true });
    router.get('/throw', () => {
      throw thrown;
    });
    router.get('/late', (_req, res) => {
      res.write('half');
      throw new Error('too late');
    });
    router.post('/json', async (req, res) => void res.json(await readJson(req, Body)));
    router.get('/query', (req, res) => void res.json(parseQuery(Query, req)));
    router.get('/jobs/:id', (req, res) => void res.json(req.params));
    router.put('/jobs/:id', (_req, res) => void res.end());
    const app = express();
    app.use((_req, res, next) => {
      res.setHeader('X-Call-Id', 'call-1');
      next();
    });
    app.use(router, createUnknownRouteHandler(router), createProblemHandler({ log }));
    return app;
  }

  beforeEach(() => {
    thrown = undefined;
    logged = [];
  });

  it('answers every code with its status, message, hint and call id', async () => {
    const app = makeApp();
    for (const code of ERROR_CODES) {
      thrown = new RaibidError(code, `about ${code}`);
      const answer = await request(app).get('/throw');
      const { status, hint } = describeError(code);
      expect(answer.status).to.equal(status);
      expect(answer.type).to.equal('application/problem+json');
      expect(answer.body).to.deep.include({ type: 'about:blank', status, code, detail: `about ${code}`, hint });
      expect(answer.body).to.have.property('instance', 'call-1');
      expect(answer.body.title).to.be.a('string').that.is.not.empty;
    }
  });

  it('says when to come back from what is only for now', async () => {
    for (const code of ['mirror-busy', 'redis-unavailable'] as const) {
      thrown = new RaibidError(code, 'later');
      const answer = await request(makeApp()).get('/throw');
      expect(answer.headers['retry-after']).to.match(/^[1-9]\d*$/);
    }
  });

  for (const [what, value] of [
    ['a plain Error', new Error('secret detail at /home/x')],
    ['a string', 'secret detail'],
    ['an error that claims to be a 404', Object.assign(new Error('secret detail'), { status: 404 })],
    ['a schema error of our own data', z.object({ secret: z.string() }).safeParse({}).error],
  ] as const) {
    it(`shows nothing of ${what}, and logs it under the call id`, async () => {
      thrown = value;
      const answer = await request(makeApp()).get('/throw');
      expect(answer.status).to.equal(500);
      expect(answer.body).to.include({ code: 'internal', instance: 'call-1' });
      expect(answer.text).to.not.include('secret').and.not.include('stack');
      expect(logged).to.have.length(1);
      expect(logged[0]).to.include({ callId: 'call-1', msg: 'request failed' });
      expect(JSON.stringify(logged[0])).to.include('secret');
    });
  }

  it('calls a route that throws null, which express takes for no error, our fault', async () => {
    thrown = null;
    const answer = await request(makeApp()).get('/throw');
    expect(answer.status).to.equal(500);
    expect(answer.body).to.include({ code: 'internal' });
  });

  it("says that Redis is away when the client can't reach it", async () => {
    const impatient = openRoom('/nonexistent/redis.sock', { waitMs: 10 });
    const timedOut = await failureOf(pingRoom(impatient));
    closeRoom(impatient);
    const closing = openRoom('/nonexistent/redis.sock');
    const closed = failureOf(pingRoom(closing));
    closeRoom(closing);
    for (const error of [timedOut, await closed]) {
      thrown = error;
      const answer = await request(makeApp()).get('/throw');
      expect(answer.status).to.equal(503);
      expect(answer.body).to.include({ code: 'redis-unavailable' });
    }
  });

  it('cuts an answer that failed half way, instead of ending it as if it were whole', async () => {
    await failureOf(async () => await request(makeApp()).get('/late'));
    expect(logged).to.have.length(1);
  });

  it('answers 400 to a path that is not percent-encoded UTF-8', async () => {
    for (const path of ['/jobs/%', '/jobs/%ff', '/jobs/%E0%A4%A']) {
      const answer = await request(makeApp()).get(path);
      expect(answer.status).to.equal(400);
      expect(answer.body).to.include({ code: 'url-invalid' });
    }
  });

  it('knows unknown routes from wrong methods', async () => {
    const unknown = await request(makeApp()).get('/nowhere');
    expect(unknown.status).to.equal(404);
    expect(unknown.body).to.include({ code: 'route-unknown' });
    const wrong = await request(makeApp()).delete('/jobs/7');
    expect(wrong.status).to.equal(405);
    expect(wrong.body).to.include({ code: 'method-not-allowed' });
    expect(wrong.headers['allow']).to.equal('GET, HEAD, PUT');
    expect((await request(makeApp()).get('/JOBS/7')).status).to.equal(404);
  });

  describe('json bodies', () => {
    function post(body: string | Buffer, type?: string) {
      const call = request(makeApp()).post('/json');
      if (type !== undefined) call.set('Content-Type', type);
      return call.serialize((value: unknown) => value as string).send(body);
    }

    for (const type of ['application/json', 'Application/JSON; charset=UTF-8', 'application/cloudevents+json']) {
      it(`takes ${type}`, async () => {
        const answer = await post('{"repo":"a/b"}', type);
        expect(answer.body).to.deep.equal({ repo: 'a/b', priority: 0 });
      });
    }

    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonx',
      'application/json; charset=latin1',
    ]) {
      it(`refuses ${type}`, async () => {
        const answer = await post('{"repo":"a/b"}', type);
        expect(answer.status).to.equal(415);
        expect(answer.body).to.include({ code: 'content-type-unsupported' });
      });
    }

    it('refuses a request without content-type, and a compressed body', async () => {
      expect((await request(makeApp()).post('/json')).status).to.equal(415);
      const call = request(makeApp()).post('/json').set('Content-Type', 'application/json');
      expect((await call.set('Content-Encoding', 'gzip').send('{}')).status).to.equal(415);
    });

    for (const body of ['', '{', '{"repo":}', 'nul', Buffer.from([0x22, 0xff, 0x22])]) {
      it(`says that ${JSON.stringify(body.toString())} is not JSON`, async () => {
        const answer = await post(body, 'application/json');
        expect(answer.status).to.equal(400);
        expect(answer.body).to.include({ code: 'body-not-json' });
      });
    }

    it('names the field that is wrong and what it must be', async () => {
      const answer = await post('{"priority":101}', 'application/json');
      expect(answer.status).to.equal(422);
      expect(answer.body.code).to.equal('payload-invalid');
      expect(answer.body.detail)
        .to.match(/repo: .*string/)
        .and.match(/priority: .*100/);
    });

    it('refuses more than 1 MB', async () => {
      const answer = await post(JSON.stringify({ repo: 'x'.repeat(2 ** 20) }), 'application/json');
      expect(answer.status).to.equal(413);
      expect(answer.body).to.include({ code: 'body-too-large' });
    });
  });

  describe('queries', () => {
    it('gives defaults and numbers', async () => {
      const answer = await request(makeApp()).get('/query?state=ready&limit=3');
      expect(answer.body).to.deep.equal({ state: 'ready', limit: 3 });
      expect((await request(makeApp()).get('/query')).body).to.deep.equal({ limit: 20 });
    });

    for (const [query, named] of [
      ['stat=ready', '"stat"'],
      ['limit=1000', 'limit'],
      ['limit=x', 'limit'],
      ['state=a&state=b', 'state'],
      ['__proto__=1', '__proto__'],
      ['state[x]=1', 'state[x]'],
    ] as const) {
      it(`refuses ?${query} and names ${named}`, async () => {
        const answer = await request(makeApp()).get(`/query?${query}`);
        expect(answer.status).to.equal(400);
        expect(answer.body.code).to.equal('query-invalid');
        expect(answer.body.detail).to.include(named);
      });
    }
  });
});
