import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { SCOPES, type Scope } from '#lib/core/scope.js';
import { createAuthorizer, hashToken } from '#lib/http/bearer.js';
import { createProblemHandler } from '#lib/http/problem.js';
import { serve } from '#lib/http/server-life.js';
import { expect } from 'chai';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';

describe('bearer tokens', () => {
  const tokens = new Map<string, { name: string; scope: Scope }>(
    SCOPES.map((scope) => [hashToken(`token-${scope}`), { name: `my-${scope}`, scope }]),
  );
  let adminToken = 'the-admin-token';
  const requireScope = createAuthorizer({
    readAdminToken: () => Promise.resolve(adminToken),
    findToken: (hash) => Promise.resolve(tokens.get(hash) ?? null),
  });
  const app = express();
  for (const scope of SCOPES) app.get(`/${scope}`, requireScope(scope), (_req, res) => void res.send('in'));
  app.use(createProblemHandler({ log: pino({ level: 'silent' }) }));

  const PASSES: Record<Scope, readonly Scope[]> = {
    read: ['read'],
    write: ['read', 'write'],
    admin: ['read', 'write', 'admin'],
  };
  for (const held of SCOPES) {
    for (const needed of SCOPES) {
      const passes = PASSES[held].includes(needed);
      it(`${held} ${passes ? 'may' : 'may not'} ${needed}`, async () => {
        const answer = await request(app).get(`/${needed}`).set('Authorization', `Bearer token-${held}`);
        expect(answer.status).to.equal(passes ? 200 : 403);
        if (passes) return;
        expect(answer.body).to.include({ code: 'forbidden' });
        expect(answer.body.detail).to.include(`"${needed}"`).and.include(`"${held}"`).and.include(`my-${held}`);
        expect(answer.headers['www-authenticate']).to.include('insufficient_scope');
      });
    }
  }

  it('lets the admin token in, and its successor after a rotation', async () => {
    await request(app).get('/admin').set('Authorization', 'bearer the-admin-token').expect(200);
    adminToken = 'rotated';
    await request(app).get('/admin').set('Authorization', 'Bearer the-admin-token').expect(401);
    await request(app).get('/admin').set('Authorization', 'Bearer rotated').expect(200);
  });

  for (const header of [
    '',
    'Bearer',
    'Bearer ',
    'Bearer  ',
    'Basic dXNlcjpwYXNz',
    'token-read',
    'Bearer token-read extra',
    'Bearer token-read, Bearer token-read',
    'Bearer\ttoken-read',
    'Bearer tok\u00e9n-read',
    'Bearer __proto__',
    `Bearer ${'a'.repeat(5000)}`,
    `Bearer ${hashToken('token-read')}`,
    'BearerToken token-read',
  ]) {
    it(`refuses Authorization: ${JSON.stringify(header.slice(0, 60))}`, async () => {
      const answer = await request(app).get('/read').set('Authorization', header);
      expect(answer.status).to.equal(401);
      expect(answer.body).to.include({ code: 'unauthorized', status: 401 });
      expect(answer.headers['www-authenticate']).to.match(/^Bearer/);
    });
  }

  it('says that the header is missing', async () => {
    const answer = await request(app).get('/read');
    expect(answer.status).to.equal(401);
    expect(answer.body.detail).to.include('missing');
  });

  it('refuses two Authorization headers, of which either would do', async () => {
    const server = await serve(app, { port: 0, host: '127.0.0.1' });
    const headers = ['Authorization', 'Bearer token-read', 'Authorization', 'Bearer token-read', 'Host', 'x'];
    const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const call = httpRequest({ port: server.port, host: '127.0.0.1', path: '/read', headers }, (res) => {
        text(res).then((body) => resolve({ status: res.statusCode, body }), reject);
      });
      call.on('error', reject).end();
    });
    await server.close(1000);
    expect(answer.status).to.equal(401);
    expect(answer.body).to.include('more than one');
  });
});
