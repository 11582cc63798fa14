import { expect } from 'chai';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { hearOrders } from '#lib/redis/agents.js';
import { insist } from '#lib/redis/insist.js';
import { followChanges } from '#lib/redis/events.js';
import { agentChannel } from '#lib/redis/keys.js';
import { openLogReader } from '#lib/redis/logs.js';
import { closeReader, closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { create, idOf } from '../../support/room-jobs.js';
import { waitUntil } from '../../support/wait-until.js';

describe('a reader whose connection is lost', () => {
  let server: TestRedis;
  let room: Room;
  beforeEach(async () => {
    server = await startRedis();
    room = openRoom(server.url, { name: 'test' });
  });
  afterEach(async () => {
    closeRoom(room);
    await server.stop();
  });

  const outcome = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'answered',
      () => 'rejected',
    );

  it('rejects the call that waits, and connects again', async () => {
    const reader = room.connect();
    await reader.ping();
    const waiting = outcome(reader.xread('BLOCK', 0, 'STREAMS', 'nothing', '$'));
    await server.kill();
    expect(await waiting).to.equal('rejected');
    await server.start();
    expect(await insist(() => reader.ping())).to.equal('PONG');
    closeReader(reader);
  });

  it('rejects what waits when it is closed between two tries', async () => {
    const connection = openRoom(server.url).redis;
    await connection.ping();
    await server.kill();
    await waitUntil(() => connection.status === 'reconnecting');
    const waiting = outcome(connection.ping());
    closeReader(connection);
    expect(await waiting).to.equal('rejected');
    expect(connection.status).to.equal('end');
  });

  it('lets those who follow changes go on where they were', async () => {
    const stop = new AbortController();
    const problems: unknown[] = [];
    const changes = followChanges(room, stop.signal, (problem) => problems.push(problem));
    const first = changes.next();
    await create(room, 1);
    expect((await first).value?.[0]).to.include({ key: idOf(1) });
    const second = changes.next();
    await server.kill();
    await waitUntil(() => problems.length > 0);
    await server.start();
    await insist(() => create(room, 2));
    expect((await second).value?.[0]).to.include({ key: idOf(2) });
    const last = changes.next();
    await server.kill();
    stop.abort();
    expect((await last).done).to.equal(true);
  });

  it('lets an agent hear orders again, also when the connection is lost while it asks for them', async () => {
    let asked = 0;
    const path = join(server.directory, 'proxy.sock');
    const proxy = createServer((client) => {
      const redis = connect(server.url);
      client.on('data', (data) => {
        if (/subscribe/i.test(data.toString('latin1')) && (asked += 1) === 2) client.destroy();
        else redis.write(data);
      });
      redis.on('data', (data) => client.write(data));
      for (const [one, other] of [[client, redis] as const, [redis, client] as const]) {
        one.on('error', () => undefined).on('close', () => other.destroy());
      }
      clients.add(client);
    });
    const clients = new Set<Socket>();
    proxy.listen(path);
    await once(proxy, 'listening');
    const distant = openRoom(path);
    const heard: string[] = [];
    const silence = await hearOrders(distant, 'a1', (job) => heard.push(job));
    // The next one is the second.
    asked = 1;
    for (const client of clients) client.destroy();
    await waitUntil(() => asked >= 3, { what: 'it asks again' });
    await waitUntil(async () => {
      await room.redis.publish(agentChannel('a1'), 'cancel the-job');
      return heard.includes('the-job');
    });
    silence();
    closeRoom(distant);
    for (const client of clients) client.destroy();
    proxy.close();
  });

  it('gives those who follow a log an empty page', async () => {
    const reader = openLogReader(room, { job: idOf(1), attempt: 1 });
    const waiting = reader.next(0, 30_000);
    await insist(() => room.redis.ping());
    await server.kill();
    expect(await waiting).to.deep.equal({ batches: [], ended: false });
    reader.close();
  });
});
