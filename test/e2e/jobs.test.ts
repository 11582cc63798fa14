import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { findSteps } from '../support/platform-processes.js';
import { shellProject, waitForFile } from '../support/platform-project.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';

describe('jobs, end to end', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;

  before(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([
      home.start(),
      createUpstream({ files: shellProject('echo "hello $WHO"; test "$WHO" != nobody') }),
    ]);
    await platform.addMirror(REPO, upstream.path);
  });
  after(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  async function push(branch: string, files = {}): Promise<string> {
    const sha = await upstream.commit(files, { branch });
    await platform.push({ repo: REPO, sha, ref: `refs/heads/${branch}` });
    return sha;
  }
  const cancel = (id: string) => platform.call(`dispatch/jobs/${id}/cancel`, { method: 'POST' });

  it('are run on request: by branch, by commit, with environment and priority', async () => {
    const id = await platform.enqueue({ repo: REPO, env: { WHO: 'Ada' }, priority: 7 });
    const job = await platform.waitForJob(id, 'succeeded');
    expect(job).to.include({ trigger: 'manual', sha: upstream.head(), branch: 'main', priority: 7 });
    expect(job['envNames']).to.deep.equal(['WHO']);
    expect(await platform.log(id)).to.contain('hello Ada\n');
    expect(JSON.stringify(job)).not.to.contain('Ada');
    const bySha = await platform.enqueue({ repo: REPO, sha: upstream.head(), ref: 'refs/heads/main' });
    expect((await platform.waitForJob(bySha, 'succeeded')).sha).to.equal(upstream.head());
  });

  it('are made once for an Idempotency-Key, which another request can not use', async () => {
    const headers = { 'Idempotency-Key': 'deploy-42' };
    const request = { repo: REPO, env: { WHO: 'Grace' } };
    const ids = await Promise.all(Array.from({ length: 8 }, () => platform.enqueue(request, headers)));
    expect(new Set(ids).size).to.equal(1);
    const other = await platform.call('enqueue', { method: 'POST', body: { repo: REPO }, headers });
    expect(other.json).to.include({ status: 409, code: 'idempotency-conflict' });
    await platform.waitForJob(ids[0] ?? '', 'succeeded');
    expect(await platform.enqueue(request, headers)).to.equal(ids[0]);
  });

  it('are refused when there is nothing of that name, or the request is not well formed', async () => {
    const ask = async (body: unknown) => (await platform.call('enqueue', { method: 'POST', body })).json;
    expect(await ask({ repo: 'ada/none' })).to.include({ status: 404, code: 'mirror-unknown' });
    expect(await ask({ repo: REPO, ref: 'none' })).to.include({ status: 404, code: 'ref-unknown' });
    expect(await ask({ repo: REPO, ref: 'a;b' })).to.include({ status: 404, code: 'ref-unknown' });
    expect(await ask({ repo: REPO, sha: 'b'.repeat(40) })).to.include({ status: 404, code: 'commit-unknown' });
    expect(await ask({ repo: REPO, sha: '--upload-pack=x' })).to.include({ status: 422, code: 'payload-invalid' });
    expect(await ask({ repo: '../x' })).to.include({ status: 422, code: 'payload-invalid' });
    expect(await ask({ repo: REPO, branch: 'main' })).to.include({ status: 422, code: 'payload-invalid' });
    expect(await ask({ repo: REPO, env: { RAIBID_SHA: 'x' } })).to.include({ status: 422, code: 'payload-invalid' });
    expect(await ask({ repo: REPO, agentType: 'cobol' })).to.include({ status: 422, code: 'payload-invalid' });
    expect(await ask({ repo: REPO, priority: 1000 })).to.include({ status: 422, code: 'payload-invalid' });
  });

  it('are retried as new jobs with the same inputs, once they ended', async () => {
    const id = await platform.enqueue({ repo: REPO, env: { WHO: 'nobody' } });
    await platform.waitForJob(id, 'failed');
    const answer = await platform.call(`dispatch/jobs/${id}/retry`, { method: 'POST' });
    expect(answer.status).to.equal(202);
    const again = await platform.waitForJob(String(answer.json['id']), 'failed');
    expect(again).to.include({ retryOf: id, trigger: 'retry', sha: upstream.head(), attempt: 1 });
    expect(await platform.log(again.id)).to.contain('hello nobody\n');
    expect((await platform.job(id)).state).to.equal('failed');

    const sha = await push('runs', shellProject('sleep 300'));
    const running = await platform.waitFor(sha, 'running');
    const early = await platform.call(`dispatch/jobs/${running.id}/retry`, { method: 'POST' });
    expect(early.json).to.include({ status: 409, code: 'job-not-terminal' });
    await cancel(running.id);
    await platform.waitForJob(running.id, 'cancelled');
    const late = await cancel(running.id);
    expect(late.json).to.include({ status: 409, code: 'job-terminal' });
  });

  it('are cancelled at once while they wait: queued, held', async () => {
    const gate = join(home.path, 'gate');
    const blocking = shellProject(waitForFile(gate), { concurrency: 'one' });
    const blocker = await platform.waitFor(await push('blocker', blocking), 'running');
    const held = await platform.waitFor(await push('held', blocking), 'held');

    await platform.control({ pause: true });
    const queued = await platform.waitFor(await push('queued', shellProject('echo no')), 'queued');
    for (const [job, state] of [
      [held, 'held'],
      [queued, 'queued'],
    ] as const) {
      expect((await cancel(job.id)).json, state).to.deep.equal({ id: job.id, outcome: 'cancelled' });
      expect(await platform.job(job.id), state).to.include({ state: 'cancelled', cause: 'user', attempt: 0 });
    }

    await platform.control({ resume: true });
    await writeFile(gate, '');
    await platform.waitForJob(blocker.id, 'succeeded');
  });

  it('are cancelled at once while they are ready, even when an agent was just about to take them', async () => {
    // One slot, so that nobody else comes when the only agent is stopped.
    const other = await makePlatformHome();
    try {
      const small = await other.start({ maxAgents: 1 });
      await small.addMirror(REPO, upstream.path);
      const agent = await waitUntil(async () => (await small.agents())[0], { what: 'the agent waits' });
      process.kill(agent.pid, 'SIGSTOP');
      const id = await small.enqueue({ repo: REPO, ref: 'main' });
      expect((await small.waitForJob(id, 'ready')).reason).to.equal('waits for an agent to start');
      const answer = await small.call(`dispatch/jobs/${id}/cancel`, { method: 'POST' });
      expect(answer.json['outcome']).to.equal('cancelled');
      expect(await small.job(id)).to.include({ state: 'cancelled', cause: 'user' });
      process.kill(agent.pid, 'SIGCONT');
      const next = await small.waitForJob(await small.enqueue({ repo: REPO, ref: 'main' }), 'succeeded');
      expect(next).to.include({ attempt: 1, agent: agent.id });
      expect((await small.job(id)).attempt).to.equal(0);
    } finally {
      await other.remove();
    }
  });

  it('are cancelled while they run, with children that heed no SIGTERM', async () => {
    const stubborn = `trap '' TERM; (trap '' TERM; setsid sleep 300) & sleep 300 & echo ready; while :; do sleep 0.2; done`;
    const job = await platform.waitFor(await push('stubborn', shellProject(stubborn)), 'running');
    await waitUntil(async () => (await platform.log(job.id)).endsWith('\nready\n'), { what: 'the step is under way' });
    expect(findSteps(job.id, 1).length).to.be.greaterThan(2);
    expect((await cancel(job.id)).json).to.deep.equal({ id: job.id, outcome: 'cancelling' });
    expect((await platform.job(job.id))['cancelling']).to.equal('user');
    const ended = await platform.waitForJob(job.id, 'cancelled');
    expect(ended).to.include({ cause: 'user', cancelling: null });
    expect(findSteps(job.id, 1)).to.deep.equal([]);
  });

  it('are listed in pages, by state, repository and branch', async () => {
    const all = await platform.jobs();
    expect(all.length).to.be.greaterThan(9);
    const { json } = await platform.call('status/jobs?limit=3');
    expect(json['jobs']).to.have.lengthOf(3);
    expect(json).to.have.property('nextCursor');
    const ids = [];
    for (let cursor = ''; ; ) {
      const page = (await platform.call(`status/jobs?limit=4${cursor}`)).json;
      ids.push(...(page['jobs'] as { id: string }[]).map(({ id }) => id)); // checked by the line after the loop
      if (page['nextCursor'] === undefined) break;
      cursor = `&cursor=${String(page['nextCursor'])}`;
    }
    expect(ids).to.deep.equal(all.map(({ id }) => id));
    expect(
      (await platform.jobs('&state=failed,cancelled')).every(({ state }) => /failed|cancelled/.test(state)),
    ).to.equal(true);
    expect((await platform.jobs('&branch=held')).map(({ branch }) => branch)).to.deep.equal(['held']);
    expect(await platform.jobs('&repo=ada/none')).to.deep.equal([]);
    expect((await platform.call('status/jobs?state=done')).json).to.include({ status: 400, code: 'query-invalid' });
  });
});
