import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { shellProject } from '../support/platform-project.js';

const REPO = 'ada/engine';
const JOB = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const SHA = 'd'.repeat(40);

/** Every route and the scope it wants. */
const ROUTES = [
  ['GET', 'status/jobs', 'read'],
  ['GET', `status/jobs/${JOB}`, 'read'],
  ['GET', `status/jobs/${JOB}/logs`, 'read'],
  ['GET', 'status/events', 'read'],
  ['GET', 'status/summary', 'read'],
  ['GET', 'status/agents', 'read'],
  ['GET', 'status/mirrors', 'read'],
  ['GET', `status/why/${SHA}`, 'read'],
  ['GET', 'status/metrics', 'read'],
  ['GET', 'status/openapi.json', 'read'],
  ['GET', 'dispatch/control', 'read'],
  ['GET', 'dispatch/plan', 'read'],
  ['GET', 'dispatch/dead/enqueue', 'read'],
  ['POST', 'enqueue', 'write'],
  ['POST', `dispatch/jobs/${JOB}/cancel`, 'write'],
  ['POST', `dispatch/jobs/${JOB}/retry`, 'write'],
  ['POST', `mirror-sync/mirrors/${REPO}/sync`, 'write'],
  ['POST', 'dispatch/control', 'admin'],
  ['PUT', `mirror-sync/mirrors/${REPO}`, 'admin'],
  ['DELETE', `mirror-sync/mirrors/${REPO}`, 'admin'],
  ['POST', 'dispatch/dead/enqueue/1-1/retry', 'admin'],
  ['DELETE', 'dispatch/dead/enqueue/1-1', 'admin'],
  ['GET', 'dispatch/tokens', 'admin'],
  ['POST', 'dispatch/tokens', 'admin'],
  ['DELETE', 'dispatch/tokens/nobody', 'admin'],
] as const;

describe('who may do what, end to end', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;
  let job: string;

  before(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([home.start(), createUpstream({ files: shellProject('echo built') })]);
    await platform.addMirror(REPO, upstream.path);
    job = await platform.enqueue({ repo: REPO });
    await platform.waitForJob(job, 'succeeded');
  });
  after(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  async function makeToken(scope: string): Promise<string> {
    const answer = await platform.call('dispatch/tokens', { method: 'POST', body: { name: `${scope}-1`, scope } });
    expect(answer.status).to.equal(201);
    return String(answer.json['token']);
  }

  it('nobody without a token, or with a wrong one, reads or changes anything', async () => {
    const bad = [
      { token: null },
      { token: 'wrong' },
      { token: null, headers: { Authorization: `Basic ${platform.secrets.admin}` } },
      { token: null, headers: { Authorization: platform.secrets.admin } },
      { token: null, headers: { Authorization: 'Bearer' } },
    ];
    for (const [method, path] of ROUTES) {
      for (const how of bad) {
        const { status, json, headers } = await platform.call(path, {
          method,
          ...how,
          ...(method === 'POST' && { body: {} }),
        });
        expect(status, `${method} ${path}`).to.equal(401);
        expect(json['code']).to.equal('unauthorized');
        expect(headers.get('www-authenticate')).to.match(/^Bearer/);
        expect(headers.get('content-type')).to.match(/^application\/problem\+json/);
      }
    }
    expect(await platform.jobs()).to.have.lengthOf(1);
  });

  it('a token does what its scope holds, and no more', async () => {
    const order = ['read', 'write', 'admin'];
    for (const held of ['read', 'write']) {
      const token = await makeToken(held);
      for (const [method, path, needed] of ROUTES) {
        const mayNot = order.indexOf(needed) > order.indexOf(held);
        if (!mayNot && path === 'status/events') continue;
        const { status, json } = await platform.call(path, { method, token, ...(method === 'POST' && { body: {} }) });
        if (mayNot)
          expect({ status, code: json['code'] }, `${held} ${method} ${path}`).to.deep.equal({
            status: 403,
            code: 'forbidden',
          });
        else expect(status, `${held} ${method} ${path}`).not.to.be.oneOf([401, 403]);
      }
      const removed = await platform.call(`dispatch/tokens/${held}-1`, { method: 'DELETE' });
      expect(removed.status).to.equal(204);
      expect((await platform.call('status/jobs', { token })).status).to.equal(401);
    }
  });

  it('only the connector sends events', async () => {
    const event = {
      specversion: '1.0',
      id: '1-1',
      source: '/function/mirror-sync',
      type: 'mirror.updated',
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: { repo: REPO, ref: 'refs/heads/main', sha: upstream.head(), seq: '000000000000001-000000', message: '' },
    };
    const body = JSON.stringify(event);
    const signed = (secret: string, seconds: number) =>
      `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
    const now = Math.floor(Date.now() / 1000);
    const forged = {
      none: null,
      'made up': `t=${now},v1=${'a'.repeat(64)}`,
      malformed: 'sha256=00',
      'of the webhook': signed(platform.secrets.webhook, now),
      'of the admin': signed(platform.secrets.admin, now),
      old: signed(platform.secrets.connector, now - 301),
      'of the future': signed(platform.secrets.connector, now + 600),
    };
    for (const [what, signature] of Object.entries(forged)) {
      for (const name of ['enqueue', 'dispatch', 'mirror-sync', 'status', 'cache-warm']) {
        const headers = {
          'Content-Type': 'application/json',
          ...(signature !== null && { 'X-Raibid-Signature': signature }),
        };
        const { status, json } = await platform.call(`${name}/_event`, { method: 'POST', body, headers });
        expect(status, `${what} to ${name}`).to.equal(401);
        expect(json['code']).to.match(/^signature-(?:missing|invalid)$/);
      }
    }
    expect((await platform.jobs()).map(({ id }) => id)).to.deep.equal([job]);
  });

  it('health is for everybody, in the form that OpenFaaS has', async () => {
    for (const name of ['enqueue', 'dispatch', 'mirror-sync', 'status', 'cache-warm']) {
      const answer = await platform.call(`${name}/healthz`, { token: null });
      expect(answer, name).to.include({ status: 200, text: 'ok' });
      expect(answer.headers.get('x-call-id')).to.be.a('string');
      expect(answer.headers.get('x-start-time')).to.match(/^\d{19}$/);
    }
  });

  it('the metrics and the description of the routes are served', async () => {
    const metrics = await platform.call('status/metrics');
    expect(metrics.headers.get('content-type')).to.match(/^text\/plain/);
    expect(metrics.text).to.contain('raibid_jobs{state="succeeded"} 1\n');
    expect(metrics.text).to.contain('raibid_capacity{type="rust"} 2\n');
    const { json } = await platform.call('status/openapi.json');
    expect(json['openapi']).to.match(/^3\.1/);
    const described = Object.entries(json['paths'] as Record<string, object>).flatMap(([path, item]) =>
      Object.keys(item).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '*').replace(/\/$/, '')}`,
      ),
    );
    for (const [method, path] of ROUTES) {
      const general = path
        .replace(/^(\S+?)(?:\/|$)/, '/function/$1/')
        .replace(/01ARZ\w+|d{40}|1-1|nobody/, '*')
        .replace(REPO, '*/*')
        .replace('dead/enqueue', 'dead/*')
        .replace(/\/$/, '');
      expect(described).to.include(`${method} ${general}`);
    }
  });

  it('what is not there is said to be so', async () => {
    const expectCode = async (path: string, method: string, status: number, code: string) =>
      expect((await platform.call(path, { method })).json, `${method} ${path}`).to.include({ status, code });
    await expectCode('status/nothing', 'GET', 404, 'route-unknown');
    await expectCode('nothing/jobs', 'GET', 404, 'route-unknown');
    await expectCode('status/jobs', 'DELETE', 405, 'method-not-allowed');
    await expectCode(`status/jobs/${JOB}`, 'GET', 404, 'job-unknown');
    await expectCode('status/jobs/..%2f..', 'GET', 400, 'query-invalid');
    await expectCode('status/why/HEAD', 'GET', 400, 'query-invalid');
  });

  it('secrets are for their owner only, and in no log', async () => {
    for (const name of ['webhook-secret', 'connector-secret', 'admin-token']) {
      expect((await stat(join(home.data, 'secrets', name))).mode & 0o777, name).to.equal(0o600);
    }
    expect((await stat(home.data)).mode & 0o077).to.equal(0);
    const log = await readFile(join(home.data, 'platform.log'), 'utf8');
    for (const secret of Object.values(platform.secrets)) expect(log).not.to.contain(secret);
  });
});
