import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrorCode, RaibidError } from '#lib/errors.js';
import { findPlatform } from '../../cli/client/find-platform.js';
import { type Client, createClient } from '../../cli/client.js';
import type { StatusEvent } from '../../cli/schema.js';
import { waitUntil } from '../support/wait-until.js';
import { sampleJob, sampleSummary } from './sample-views.js';
import { openEvents, sendJson, sendProblem, startTestPlatform, type TestPlatform, TOKEN } from './test-platform.js';

const DEAD_PID = 2 ** 22 + 1;

async function catchError(work: Promise<unknown>): Promise<RaibidError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof RaibidError) return error;
  throw new Error(`not a RaibidError: ${String(error)}`);
}

describe('client', () => {
  let platform: TestPlatform;
  let client: Client;
  const stop = { signal: new AbortController() };

  beforeEach(async () => {
    platform = await startTestPlatform();
    client = createClient(() => findPlatform({ data: platform.home, env: {} }));
    stop.signal = new AbortController();
  });
  afterEach(async () => {
    stop.signal.abort();
    await platform.stop();
  });

  describe('finds the platform', () => {
    it('by its data directory, by RAIBID_HOME, by RAIBID_URL', async () => {
      const { url, home } = platform;
      const found = { url, token: TOKEN };
      expect(await findPlatform({ data: home, env: { RAIBID_URL: 'http://elsewhere' } })).to.deep.equal(found);
      expect(await findPlatform({ env: { RAIBID_HOME: home } })).to.deep.equal(found);
      expect(await findPlatform({ env: { RAIBID_URL: 'https://ci.example/', RAIBID_TOKEN: 't' } })).to.deep.equal({
        url: 'https://ci.example',
        token: 't',
      });
    });

    it('never sends the token of a directory elsewhere', async () => {
      const error = await catchError(
        findPlatform({ env: { RAIBID_URL: 'http://elsewhere', RAIBID_HOME: platform.home } }),
      );
      expect(error.code).to.equal('unauthorized');
    });

    it('takes one token only, and never repeats what it was given', async () => {
      const env = { RAIBID_URL: 'http://elsewhere', RAIBID_TOKEN: 'secret-a\nsecret-b\n' };
      const error = await catchError(findPlatform({ env }));
      expect(error.code).to.equal('unauthorized');
      expect(`${error.message} ${error.hint}`).not.to.include('secret-');
      expect((await findPlatform({ env: { ...env, RAIBID_TOKEN: 'secret-a\n' } })).token).to.equal('secret-a');
    });

    it('says when there is none, or none any more', async () => {
      const none = await catchError(findPlatform({ data: join(platform.home, 'none'), env: {} }));
      expect([none.code, none.hint]).to.deep.equal([
        'platform-unreachable',
        'Start it with raibid up, or say where it is with --data DIR or RAIBID_URL.',
      ]);
      await writeFile(join(platform.home, 'platform.json'), JSON.stringify({ pid: DEAD_PID, url: platform.url }));
      expect((await catchError(client.summary())).message).to.match(/is gone \(it was process/);
      await writeFile(
        join(platform.home, 'platform.json'),
        JSON.stringify({ pid: process.pid, url: 'http://127.0.0.1:9' }),
      );
      expect((await catchError(client.summary())).code).to.equal('platform-unreachable');
      expect((await catchError(findPlatform({ env: { RAIBID_URL: 'ftp://x' } }))).code).to.equal('config-invalid');
    });
  });

  it('passes the words of a problem on', async () => {
    platform.on('GET /function/status/summary', (_call, res) =>
      sendProblem(res, 403, { code: 'forbidden', detail: 'needs scope read', hint: 'Ask for one.' }),
    );
    const error = await catchError(client.summary());
    expect([error.code, error.message, error.hint]).to.deep.equal(['forbidden', 'needs scope read', 'Ask for one.']);
  });

  it('makes something of answers that are no problem documents', async () => {
    const answers = { 401: 'unauthorized', 404: 'route-unknown', 500: 'internal', 502: 'platform-unreachable' };
    for (const [status, code] of Object.entries(answers)) {
      platform.on('GET /function/status/summary', (_call, res) => res.writeHead(Number(status)).end('<html>'));
      const error = await catchError(client.summary());
      expect(error.code).to.equal(code);
      expect(isErrorCode(error.code)).to.equal(true);
    }
  });

  it('names the field of an answer that breaks the contract', async () => {
    platform.on('GET /function/status/summary', { ...sampleSummary(), paused: 'no' });
    expect((await catchError(client.summary())).message).to.match(/^GET \/function\/status\/summary .* paused: /);
    platform.on('GET /function/status/summary', (_call, res) => res.writeHead(200).end('hello'));
    expect((await catchError(client.summary())).message).to.include('did not answer JSON');
  });

  it('refuses a wrong token with exit code 3', async () => {
    await writeFile(join(platform.home, 'secrets', 'admin-token'), 'wrong');
    expect((await catchError(client.summary())).code).to.equal('unauthorized');
  });

  describe('follows the event stream', () => {
    function follow(): { events: StatusEvent[]; problems: (string | null)[]; ended: Promise<void> } {
      const events: StatusEvent[] = [];
      const problems: (string | null)[] = [];
      const ended = client.followStatus({
        signal: stop.signal.signal,
        random: () => 0,
        onEvent: (event) => events.push(event),
        onConnection: (problem) => problems.push(problem),
      });
      return { events, problems, ended };
    }

    it('over lost connections, from the last event on', async () => {
      const streams: ReturnType<typeof openEvents>[] = [];
      platform.on('GET /function/status/events', (_call, res) => void streams.push(openEvents(res)));
      const { events, problems, ended } = follow();
      const first = await waitUntil(() => streams[0]);
      first('job', { job: sampleJob(1) }, '5-1');
      first('from-the-future', { x: 1 });
      first('job', { job: sampleJob(2) }, '5-2');
      await waitUntil(() => events.length === 2);
      platform.dropConnections();
      const second = await waitUntil(() => streams[1]);
      second('job', { job: sampleJob(3) }, '5-3');
      await waitUntil(() => events.length === 3);
      expect(platform.calls.map(({ headers }) => headers['last-event-id'])).to.deep.equal([undefined, '5-2']);
      expect(problems.map((problem) => problem === null)).to.deep.equal([true, false, true]);
      stop.signal.abort();
      await ended;
    });

    it('finds a platform that came back elsewhere', async () => {
      platform.on('GET /function/status/events', (_call, res) => void openEvents(res));
      const { events, problems } = follow();
      await waitUntil(() => problems.length === 1);
      const other = await startTestPlatform();
      try {
        other.on('GET /function/status/events', (_call, res) => openEvents(res)('job', { job: sampleJob(1) }));
        await writeFile(join(platform.home, 'platform.json'), JSON.stringify({ pid: process.pid, url: other.url }));
        platform.dropConnections();
        await waitUntil(() => events.length === 1);
      } finally {
        stop.signal.abort();
        await other.stop();
      }
    });

    it('gives up when waiting can not help', async () => {
      platform.on('GET /function/status/events', (_call, res) => sendProblem(res, 403, { code: 'forbidden' }));
      expect((await catchError(follow().ended)).code).to.equal('forbidden');
    });

    it('gives up when the first connection does not come about', async () => {
      await writeFile(
        join(platform.home, 'platform.json'),
        JSON.stringify({ pid: process.pid, url: 'http://127.0.0.1:9' }),
      );
      expect((await catchError(follow().ended)).code).to.equal('platform-unreachable');
    });
  });

  it('follows a log over lost and cut connections without loss or repeat', async () => {
    const log = Buffer.from('eins\nzwei ü\ndrei 日本\nvier\n');
    const parts = [7, 10, 20, log.length];
    let connections = 0;
    const job = sampleJob(1, { state: 'running', attempt: 1 });
    platform.on(`GET /function/status/jobs/${job.id}`, (_call, res) =>
      sendJson(res, 200, { ...job, state: connections === parts.length ? 'succeeded' : 'running' }),
    );
    platform.on(`GET /function/status/jobs/${job.id}/logs`, (_call, res: ServerResponse) => {
      const known = parts[connections++] ?? log.length;
      res.writeHead(200);
      // Broken in the middle, the last but one cut by something that ends cleanly.
      res.write(log.subarray(0, known), () => (connections < 3 ? res.destroy() : res.end()));
    });
    const got: Buffer[] = [];
    let lost = 0;
    await client.followLog(
      { job: job.id, attempt: 1 },
      {
        signal: stop.signal.signal,
        random: () => 0,
        onLost: () => lost++,
        onBytes: async (bytes) => void got.push(Buffer.from(bytes)),
      },
    );
    expect(Buffer.concat(got).toString()).to.equal(log.toString());
    expect(lost).to.equal(3);
  });
});
