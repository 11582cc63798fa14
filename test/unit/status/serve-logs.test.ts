import { expect } from 'chai';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import express from 'express';
import { pino } from 'pino';
import type { FunctionContext } from '#lib/function-context.js';
import { openArchive } from '#lib/archive/archive.js';
import { getJob } from '#lib/redis/jobs.js';
import { chooseAttempt } from '../../../functions/status/read-attempt.js';
import { LogQuery } from '../../../functions/status/routes.js';
import { serveLogs } from '../../../functions/status/serve-logs.js';
import { openTestRoom, type TestRoom } from '../../support/room.js';
import { create, finish, idOf, takeJob } from '../../support/room-jobs.js';

describe('serveLogs', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  after(() => test.stop());

  it('follows nothing for one who left before it began', async () => {
    await test.clear();
    await create(test.room, 1);
    await takeJob(test.room);
    const archive = openArchive(test.server.directory);
    // serveLogs needs no more of it.
    const context = { room: test.room, archive, log: pino({ level: 'silent' }) } as unknown as FunctionContext;
    const app = express();
    let served: Promise<void> = Promise.reject(new Error('not called'));
    served.catch(() => undefined);
    const left = new Promise<void>((resolve) => {
      app.get('/', (req, res) => {
        res.once('close', () => {
          const query = LogQuery.parse({ follow: '1' });
          served = serveLogs(context, { params: { id: idOf(1) }, query, body: undefined, req, res });
          resolve();
        });
        client.destroy();
      });
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A listening TCP server has an address of this kind.
    const { port } = server.address() as AddressInfo;
    const client = request({ port, host: '127.0.0.1' }).on('error', () => undefined);
    client.end();
    await left;
    // The job still runs: a follower would wait for its end.
    await served;
    expect(String(await test.room.redis.client('LIST'))).not.to.include('name=test-reader');
    server.close();
  }).timeout(10_000);

  it('lets a follower ask for the next attempt of a job that goes on, and nobody else', async () => {
    await test.clear();
    await create(test.room, 1);
    const claim = await takeJob(test.room);
    const running = await getJob(test.room, idOf(1));
    expect(chooseAttempt(running, 2, true)).to.equal(2);
    expect(() => chooseAttempt(running, 3, true)).to.throw('has had 1 attempts');
    expect(() => chooseAttempt(running, 2)).to.throw('has had 1 attempts');
    await finish(test.room, claim);
    const finished = await getJob(test.room, idOf(1));
    expect(() => chooseAttempt(finished, 2, true)).to.throw('has had 1 attempts');
  });
});
