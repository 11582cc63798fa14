import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { shellProject } from '../support/platform-project.js';
import { makeDelivery, makeDeletePayload, makePayload, makePushPayload, sign } from '../support/push.js';
import { connectRaw } from '../unit/http/raw-client.js';

const REPO = 'ada/engine';
const ZERO = '0'.repeat(40);

describe('bad input at the webhook, end to end', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;
  let sha: string;
  const built: string[] = [];

  before(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([home.start(), createUpstream({ files: shellProject('echo built') })]);
    await platform.addMirror(REPO, upstream.path);
    sha = await upstream.commit({ word: 'never built' });
  });
  after(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  /** Whatever came in: nothing runs or waits, and nothing was given up. */
  afterEach(async () => {
    for (const name of ['mirror-sync', 'enqueue', 'dispatch', 'status', 'cache-warm']) {
      expect((await platform.call(`dispatch/dead/${name}`)).json, name).to.deep.equal({ entries: [] });
    }
    expect((await platform.jobs()).map((job) => job.sha)).to.deep.equal(built);
    expect(await readdir(join(home.data, 'mirrors'))).to.deep.equal(['ada']);
    expect((await platform.call('status/healthz')).status).to.equal(200);
  });

  const payload = () => makePushPayload({ repo: REPO, sha });
  const deliver = (body: unknown, options: { event?: string; headers?: Record<string, string> } = {}) => {
    const { headers, ...rest } = options;
    const made = makeDelivery(body, platform.secrets.webhook, rest);
    return platform.deliver({ ...made, headers: { ...made.headers, ...headers } });
  };
  async function expectRefused(what: string, answer: ReturnType<typeof deliver>, status: number, code: string) {
    const { json, headers } = await answer;
    expect(json, what).to.include({ status, code });
    expect(json['detail'], what).to.be.a('string').and.not.equal('');
    expect(json['hint'], what).to.be.a('string').and.not.equal('');
    expect(headers.get('content-type'), what).to.match(/^application\/problem\+json/);
  }
  async function expectIgnored(what: string, answer: ReturnType<typeof deliver>, code: string) {
    const { status, json } = await answer;
    expect({ status, ...json }, what).to.include({ status: 202, accepted: false, code });
    expect(json['reason'], what).to.be.a('string').and.not.equal('');
  }

  it('signatures that are missing, malformed, wrong, or of other bytes', async () => {
    const body = Buffer.from(JSON.stringify(payload()));
    const good = sign(body, platform.secrets.webhook);
    const { headers } = makeDelivery(body, platform.secrets.webhook);
    const { 'X-Hub-Signature-256': _, ...unsigned } = headers;
    await expectRefused('missing', platform.deliver({ body, headers: unsigned }), 401, 'signature-missing');
    const wrong = {
      malformed: 'sha256=xyz',
      'of sha1': `sha1=${good.slice(7, 47)}`,
      'upper case': good.toUpperCase(),
      'without its name': good.slice(7),
      short: good.slice(0, -2),
      'of another secret': sign(body, 'guess'),
      'of another body': sign(Buffer.from('{}'), platform.secrets.webhook),
      'not hexadecimal': good.replace(/.$/, 'g'),
    };
    for (const [what, signature] of Object.entries(wrong)) {
      const answer = platform.deliver({ body, headers: { ...headers, 'X-Hub-Signature-256': signature } });
      await expectRefused(what, answer, 401, 'signature-invalid');
    }
    const changed = platform.deliver({ body: Buffer.from(body.toString().replace(sha, ZERO)), headers });
    await expectRefused('a changed body', changed, 401, 'signature-invalid');
  });

  it('a body that is cut short', async () => {
    const { body, headers } = makeDelivery(payload(), platform.secrets.webhook);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const head = ['POST /function/mirror-sync HTTP/1.1', 'Host: 127.0.0.1', ...lines, `Content-Length: ${body.length}`];
    const client = await connectRaw(Number(new URL(platform.url).port));
    await client.write(`${head.join('\r\n')}\r\n\r\n`);
    await client.write(body.subarray(0, body.length / 2));
    client.socket.end();
    await client.closed;
    expect(client.received()).not.to.contain(' 202 ');
    // Whole, but less than what was signed.
    const cut = platform.deliver({ body: body.subarray(0, -1), headers });
    await expectRefused('one byte less', cut, 401, 'signature-invalid');
  });

  it('a body of 26 MB', async () => {
    const large = Buffer.from(JSON.stringify({ ...payload(), filler: 'x'.repeat(26 * 2 ** 20) }));
    await expectRefused('26 MB', deliver(large), 413, 'body-too-large');
  });

  it('bodies that are no JSON, or not said to be', async () => {
    for (const text of ['', 'not json', '{"ref":', '\u0000', 'payload=%7B%7D']) {
      await expectRefused(JSON.stringify(text), deliver(Buffer.from(text)), 400, 'body-not-json');
    }
    await expectRefused('not UTF-8', deliver(Buffer.from([0x22, 0xff, 0xfe, 0x22])), 400, 'body-not-json');
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const encoded = Buffer.from(`payload=${encodeURIComponent(JSON.stringify(payload()))}`);
    await expectRefused('a form', deliver(encoded, { headers: form }), 415, 'content-type-unsupported');
    const compressed = deliver(payload(), { headers: { 'Content-Encoding': 'gzip' } });
    await expectRefused('compressed', compressed, 415, 'content-type-unsupported');
  });

  it('JSON that is no push', async () => {
    for (const body of [null, 1, 'text', [], {}, { ref: 'refs/heads/main' }, makePayload('issues', REPO)]) {
      await expectRefused(JSON.stringify(body).slice(0, 40), deliver(body), 422, 'payload-invalid');
    }
  });

  it('headers that GitHub would not send', async () => {
    for (const [name, value] of [
      ['X-GitHub-Delivery', '../..'],
      ['X-GitHub-Delivery', 'a b c d e f'],
      ['X-GitHub-Event', 'PUSH;'],
    ]) {
      const answer = deliver(payload(), { headers: { [name ?? '']: value ?? '' } });
      await expectRefused(`${name}: ${value}`, answer, 400, 'header-invalid');
    }
    const { body, headers } = makeDelivery(payload(), platform.secrets.webhook);
    const { 'X-GitHub-Delivery': _, ...without } = headers;
    await expectRefused('no delivery id', platform.deliver({ body, headers: without }), 400, 'header-invalid');
  });

  it('repositories of impossible names', async () => {
    const names = [
      '../engine',
      'ada/../../etc',
      'ada/engine/more',
      'ada engine/x',
      'ada/en gine',
      '-ada/engine',
      'ada/-engine',
      'ada/',
      '/engine',
      'ada',
      'ada/engine.git',
      'ada/eng\u0000ine',
      'ada/engine;true',
      '',
    ];
    for (const name of names) {
      const push = { ...payload(), repository: { ...payload().repository, full_name: name } };
      await expectRefused(JSON.stringify(name), deliver(push), 422, 'payload-invalid');
    }
  });

  it('refs and commits of impossible names', async () => {
    const refs = [
      'refs/heads/a;true',
      'refs/heads/a..b',
      'refs/heads/a\u0000b',
      'refs/heads/',
      'main',
      'HEAD',
      '-x',
      'refs/heads/-x',
      'refs/heads/$(true)',
      'refs/heads/a b',
      'refs/raibid/keep/x',
      'refs/heads/a\nb',
      'refs/heads/x.lock',
      '',
    ];
    for (const ref of refs)
      await expectRefused(JSON.stringify(ref), deliver({ ...payload(), ref }), 422, 'payload-invalid');
    for (const after of ['HEAD', sha.slice(0, 39), `${sha}0`, sha.toUpperCase(), '--all', '', null, 7]) {
      await expectRefused(JSON.stringify(after), deliver({ ...payload(), after }), 422, 'payload-invalid');
    }
  });

  it('what is well formed, but nothing to do', async () => {
    await expectIgnored(
      'unknown repository',
      deliver(makePushPayload({ repo: 'ada/other', sha })),
      'repository-unknown',
    );
    await expectIgnored('branch deletion', deliver(makePushPayload({ repo: REPO, sha: ZERO })), 'ref-deleted');
    await expectIgnored('zero sha', deliver({ ...payload(), after: ZERO }), 'ref-deleted');
    await expectIgnored('deleted', deliver({ ...payload(), deleted: true }), 'ref-deleted');
    await expectIgnored('tag', deliver({ ...payload(), ref: 'refs/tags/v1' }), 'tag-without-rule');
    await expectIgnored(
      'deletion elsewhere',
      deliver(makeDeletePayload({ repo: 'ada/other', branch: 'x' }), { event: 'delete' }),
      'repository-unknown',
    );
    for (const event of ['issues', 'release', 'star', 'workflow_job', 'check_run']) {
      await expectIgnored(event, deliver(makePayload(event, REPO), { event }), 'event-ignored');
    }
    const ping = await deliver(makePayload('ping', REPO), { event: 'ping' });
    expect(ping.status).to.equal(200);
  });

  it('is met at the address with and without a slash at its end', async () => {
    const made = makeDelivery(makePushPayload({ repo: 'ada/other', sha }), platform.secrets.webhook, {
      delivery: randomUUID(),
    });
    for (const path of ['mirror-sync', 'mirror-sync/']) {
      const answer = await platform.call(path, { method: 'POST', token: null, ...made });
      expect(answer.status, path).to.equal(202);
      const unsigned = await platform.call(path, { method: 'POST', body: {} });
      expect(unsigned.json, path).to.include({ status: 401, code: 'signature-missing' });
      const get = await platform.call(path);
      expect(get.status, path).to.equal(405);
    }
  });

  it('has kept nothing of all that from the good push that comes after', async () => {
    expect((await deliver(payload())).json).to.deep.equal({ accepted: true });
    await platform.waitFor(sha, 'succeeded');
    built.push(sha);
    const trail = await platform.trail(sha);
    expect(trail.slice(-4)).to.deep.equal(['delivered', 'announced', 'job-created', 'job-ended']);
    expect(trail.slice(0, -4)).to.include.members(['ref-deleted', 'tag-without-rule', 'repository-unknown']);
  });
});
