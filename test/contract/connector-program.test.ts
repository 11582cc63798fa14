import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import request from 'supertest';
import { keys } from '#lib/redis/keys.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import setup from '../../functions/_connector/handler.js';
import { type FakeServer, functionStatus, startFakeServer } from '../support/fake-server.js';
import { type MessageSink, startMessageSink } from '../support/message-sink.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';
import { createGate } from './connector-fixture.js';

const FUNCTIONS = '/system/functions?namespace=openfaas-fn';

describe('connector: the program', () => {
  let redis: TestRedis;
  let room: Room;
  let directory: string;
  let gateway: FakeServer;
  let sink: MessageSink;
  let stopping: AbortController;

  before(async () => {
    redis = await startRedis();
    room = openRoom(redis.url);
  });
  after(async () => {
    closeRoom(room);
    await redis.stop();
  });
  beforeEach(async () => {
    await room.redis.flushall();
    directory = await mkdtemp(join(tmpdir(), 'raibid-connector-'));
    await writeFile(join(directory, 'basic-auth-user'), 'admin');
    await writeFile(join(directory, 'basic-auth-password'), 'secret');
    sink = await startMessageSink();
    gateway = await startFakeServer({
      '/system/namespaces': ['openfaas-fn'],
      [FUNCTIONS]: [
        functionStatus('resize', { topic: 'redis:photos' }),
        functionStatus('enqueue', { topic: 'redis:raibid:inbox:enqueue', 'raibid.dev/path': '/_event' }),
      ],
    });
    stopping = new AbortController();
  });
  afterEach(async () => {
    stopping.abort();
    await gateway.close();
    await sink.close();
    await rm(directory, { recursive: true, force: true });
  });

  const start = (changes: Record<string, string> = {}) =>
    setup({
      stopping: stopping.signal,
      env: {
        RAIBID_REDIS_URL: redis.url,
        RAIBID_SECRETS_DIR: directory,
        RAIBID_LOG_LEVEL: 'silent',
        RAIBID_CONSUMER: 'connector-0',
        RAIBID_BUILD: 'build-7',
        // The fake gateway lists functions; they are called where they are.
        RAIBID_FUNCTION_URL: `${sink.url}/function/{target}{path}`,
        gateway_url: gateway.url,
        secret_mount_path: directory,
        rebuild_interval: '50ms',
        ...changes,
      },
    });
  const paths = () => sink.messages.map(({ path }) => path);

  it('invokes what the gateway lists, and follows what is deployed later', async () => {
    await start();
    await room.redis.xadd('photos', '*', 'body', 'a');
    await waitUntil(() => paths().includes('/function/resize/'));
    expect(gateway.asked[0]?.authorization).to.equal(`Basic ${btoa('admin:secret')}`);
    const moved = functionStatus('resize', { topic: 'redis:photos', 'raibid.dev/path': '/v2' });
    gateway.set(FUNCTIONS, { status: 200, body: [moved, functionStatus('thumb', { topic: 'redis:photos' })] });
    await waitUntil(() => paths().includes('/function/thumb/'));
    await room.redis.xadd('photos', '*', 'body', 'b');
    await waitUntil(() => paths().includes('/function/resize/v2'));
  });

  it('goes on with what it knows while the gateway is away', async () => {
    const listener = await start();
    await room.redis.xadd('photos', '*', 'body', 'a');
    await waitUntil(() => sink.messages.length === 1);
    gateway.set(FUNCTIONS, null);
    const metrics = async () => (await request(listener).get('/metrics').expect(200)).text;
    await waitUntil(async () => (await metrics()).includes('raibid_connector_discovery_up 0'));
    await room.redis.xadd('photos', '*', 'body', 'b');
    await waitUntil(() => sink.messages.length === 2);
  });

  it('leaves our own functions out without their secret, takes them in with it, and signs', async () => {
    const event = { specversion: '1.0', id: '', type: 'mirror.updated', data: {} };
    await room.redis.xadd(keys.inbox('enqueue'), '*', 'type', event.type, 'event', JSON.stringify(event));
    await room.redis.xadd('photos', '*', 'body', 'a');
    const listener = await start();
    await waitUntil(() => paths().includes('/function/resize/'));
    const { text } = await request(listener).get('/metrics');
    expect(text).to.contain('raibid_connector_functions_left_out 1').and.contain('raibid_connector_discovery_up 1');
    expect(paths()).to.not.include('/function/enqueue/_event');
    await writeFile(join(directory, 'connector-secret'), 'between us');
    const call = await waitUntil(() => sink.messages.find(({ path }) => path === '/function/enqueue/_event'));
    expect(call.headers['x-raibid-signature']).to.match(/^t=\d+,v1=[0-9a-f]{64}$/);
  });

  it('tells its health and counts what it does', async () => {
    let broken = true;
    sink.answer((_message, res) => {
      res.writeHead(broken ? 500 : 200).end();
      broken = false;
    });
    await room.redis.xadd('photos', '*', 'body', 'a');
    const listener = await start();
    await waitUntil(() => sink.messages.length === 2);
    for (const path of ['/healthz', '/_/health']) {
      const { text, headers } = await request(listener).get(path).expect(200);
      expect([text, headers['x-raibid-build']]).to.deep.equal(['ok', 'build-7']);
    }
    const wanted = [
      'invocations_total',
      'retries_total',
      'dead_letters_total',
      'held_entries',
      'open_calls',
      'lag_seconds',
    ];
    const text = await waitUntil(async () => {
      const answer = await request(listener).get('/metrics').expect(200);
      return answer.text.includes('raibid_connector_held_entries{function="resize"} 0') ? answer.text : '';
    });
    for (const name of wanted) expect(text).to.contain(`raibid_connector_${name}{function="resize"}`);
    expect(text).to.contain('invocations_total{function="resize"} 2').and.contain('retries_total{function="resize"} 1');
    await request(listener).get('/else').expect(404);
  });

  it('lets open calls finish when it is told to end, and gives its inboxes up', async () => {
    const gate = createGate();
    sink.answer(async (_message, res) => {
      await gate.opened;
      res.end();
    });
    await room.redis.xadd('photos', '*', 'partitionkey', 'k', 'body', 'a');
    await room.redis.xadd('photos', '*', 'partitionkey', 'k', 'body', 'b');
    await start();
    await waitUntil(() => sink.messages.length === 1);
    stopping.abort();
    gate.open();
    await waitUntil(async () => (await room.redis.keys('raibid:lock:inbox:*')).length === 0);
    expect(sink.messages).to.have.length(1);
    expect((await room.redis.xpending('photos', 'connector:resize'))[0]).to.be.at.most(1);
  });

  it('starts without Redis, without a gateway, and not with a setting that is wrong', async () => {
    await start({ RAIBID_REDIS_URL: 'redis://127.0.0.1:1', gateway_url: 'http://127.0.0.1:1', RAIBID_DRAIN: '10ms' });
    const refused = await start({ rebuild_interval: 'never' }).catch((error: unknown) => error);
    expect(refused).to.be.an('error').with.property('code', 'config-invalid');
  });

  it('reads a static list too', async () => {
    const file = join(directory, 'functions.yml');
    await writeFile(file, 'functions: {resize: {annotations: {topic: "redis:photos"}}}');
    await room.redis.xadd('photos', '*', 'body', 'a');
    await start({ RAIBID_DISCOVER: 'file', RAIBID_FUNCTIONS_FILE: file });
    await waitUntil(() => paths().includes('/function/resize/'));
    expect(gateway.asked).to.deep.equal([]);
  });
});
