import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { shellProject } from '../support/platform-project.js';
import { makeDelivery, makeDeletePayload, makePushPayload } from '../support/push.js';
import { readUntil, type StreamedEvent } from '../support/platform-stream.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';
const main = 'refs/heads/main';
const Told = z.object({
  job: z.looseObject({ sha: z.string() }),
  passed: z.array(z.object({ state: z.string() })),
});

describe('a push, end to end', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;

  before(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([
      home.start(),
      createUpstream({ files: shellProject('echo built $(cat word)') }),
    ]);
    await upstream.commit({ word: 'zero\n' });
    await platform.addMirror(REPO, upstream.path, { tags: ['v*'] });
  });
  after(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  it('builds nothing of what was there when the mirror was made', async () => {
    expect(await platform.jobs()).to.deep.equal([]);
  });

  it('becomes a job for exactly its commit, which succeeds', async () => {
    const sha = await upstream.commit({ word: 'one\n' }, { message: 'First of all' });
    const later = await upstream.commit({ word: 'later\n' });
    const answer = await platform.push({ repo: REPO, sha, message: 'First of all' });
    expect(answer.status).to.equal(202);
    expect(answer.json).to.deep.equal({ accepted: true });

    const job = await platform.waitFor(sha, 'succeeded');
    expect(job).to.include({
      repo: REPO,
      ref: main,
      branch: 'main',
      attempt: 1,
      exitCode: 0,
      cause: null,
      trigger: 'push',
    });
    expect(job).to.include({ message: 'First of all', agentType: 'rust', reason: null, retryOf: null });
    expect(await platform.log(job.id)).to.equal('==> step0: echo built $(cat word)\nbuilt one\n');
    expect((await platform.jobs(`&repo=${REPO}`)).map((one) => one.sha)).to.deep.equal([sha]);
    expect(await platform.trail(sha)).to.deep.equal(['delivered', 'announced', 'job-created', 'job-ended']);
    expect(await platform.trail(later)).to.deep.equal([]);
  });

  it('fails the job when a step does, and runs no further step', async () => {
    const sha = await upstream.commit(shellProject(['echo before', 'echo worse >&2; exit 3', 'echo never']));
    await platform.push({ repo: REPO, sha });
    const job = await platform.waitFor(sha, 'failed');
    expect(job).to.include({ cause: 'exit', exitCode: 3, reason: 'step1: exit code 3' });
    expect(await platform.log(job.id)).to.equal(
      '==> step0: echo before\nbefore\n==> step1: echo worse >&2; exit 3\nworse\n',
    );
    expect(job['result']).to.have.property('steps').with.lengthOf(2);
    await upstream.commit(shellProject('echo fine'));
  });

  it('is taken once, however often and at once it is delivered', async () => {
    const sha = await upstream.commit({ word: 'twenty\n' });
    const delivery = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => platform.push({ repo: REPO, sha, delivery })));
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(20).fill(202));
    expect(answers.filter(({ json }) => json['accepted'] === true)).to.have.lengthOf(1);
    await platform.waitFor(sha, 'succeeded');
    // The same push under another delivery id, as GitHub's "Redeliver" of an old one.
    await platform.push({ repo: REPO, sha });
    await waitUntil(async () => (await platform.trail(sha)).includes('unchanged'), { what: 'the push is known' });
    expect((await platform.jobs()).filter((job) => job.sha === sha)).to.have.lengthOf(1);
  });

  it('is told to whoever watches, state by state', async () => {
    const stream = await platform.open('status/events', { headers: { Accept: 'text/event-stream' } });
    const sha = await upstream.commit({ word: 'watched\n' });
    await platform.push({ repo: REPO, sha });
    const passedBy = ({ event, data }: StreamedEvent) => {
      const told = event === 'job' ? Told.parse(data) : null;
      return told?.job.sha === sha ? told.passed.map(({ state }) => state) : [];
    };
    const events = await readUntil(stream, (event) => passedBy(event).includes('succeeded'));
    expect(events[0]).to.include({ event: 'snapshot' });
    expect(events[0]?.data).to.have.all.keys('jobs', 'agents', 'mirrors', 'summary');
    const passed = events.flatMap(passedBy);
    expect(passed).to.deep.equal(['queued', 'ready', 'running', 'succeeded']);
  });

  it('follows a forced push', async () => {
    const from = await upstream.commit({ word: 'base\n' }, { branch: 'rewritten' });
    const dropped = await upstream.commit({ word: 'dropped\n' }, { branch: 'rewritten' });
    const ref = 'refs/heads/rewritten';
    await platform.push({ repo: REPO, sha: dropped, ref });
    await platform.waitFor(dropped, 'succeeded');
    const sha = await upstream.commit({ word: 'forced\n' }, { branch: 'rewritten', from });
    await platform.push({ repo: REPO, sha, ref });
    const job = await platform.waitFor(sha, 'succeeded');
    expect(await platform.log(job.id)).to.contain('\nfine\n');
    expect(job.branch).to.equal('rewritten');
  });

  it('builds a commit that was forced away before it could be fetched, or says that it is gone', async () => {
    const sha = 'a'.repeat(40);
    expect((await platform.push({ repo: REPO, sha })).status).to.equal(202);
    await waitUntil(async () => (await platform.trail(sha)).includes('commit-gone'), { what: 'the commit is gone' });
    expect((await platform.jobs()).filter((job) => job.sha === sha)).to.deep.equal([]);
  });

  it('builds tags that a rule matches, annotated ones by their commit, and no others', async () => {
    const sha = await upstream.commit({ word: 'tagged\n' }, { branch: 'release' });
    const tag = await upstream.tag('v1.0', { sha, message: 'Version one' });
    expect(tag).not.to.equal(sha);
    const taken = await platform.push({ repo: REPO, sha: tag, ref: 'refs/tags/v1.0' });
    expect(taken.json).to.deep.equal({ accepted: true });
    const job = await platform.waitFor(sha, 'succeeded');
    expect(job).to.include({ ref: 'refs/tags/v1.0', branch: null });

    await upstream.tag('nightly', { sha });
    const refused = await platform.push({ repo: REPO, sha, ref: 'refs/tags/nightly' });
    expect(refused.status).to.equal(202);
    expect(refused.json).to.include({ accepted: false, code: 'tag-without-rule' });
  });

  it('cancels the jobs of a deleted branch', async () => {
    const sha = await upstream.commit(shellProject('sleep 300'), { branch: 'doomed' });
    await platform.push({ repo: REPO, sha, ref: 'refs/heads/doomed' });
    await platform.waitFor(sha, 'running');
    await upstream.deleteBranch('doomed');
    const payload = makeDeletePayload({ repo: REPO, branch: 'doomed' });
    const answer = await platform.deliver(makeDelivery(payload, platform.secrets.webhook, { event: 'delete' }));
    expect(answer.status).to.equal(202);
    const job = await platform.waitFor(sha, 'cancelled');
    expect(job).to.include({ cause: 'branch-deleted' });
  });

  it('knows the deletion that GitHub tells as a push', async () => {
    const payload = makePushPayload({ repo: REPO, sha: '0'.repeat(40), ref: 'refs/heads/rewritten' });
    const answer = await platform.deliver(makeDelivery(payload, platform.secrets.webhook));
    expect(answer.status).to.equal(202);
    expect(answer.json).to.include({ accepted: false, code: 'ref-deleted' });
  });
});
