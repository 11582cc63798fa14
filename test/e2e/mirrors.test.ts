import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { findSteps } from '../support/platform-processes.js';
import { shellProject } from '../support/platform-project.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';

describe('mirrors, end to end', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;

  before(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([home.start(), createUpstream({ files: shellProject('echo built') })]);
  });
  after(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  const put = (repo: string, body: unknown) => platform.call(`mirror-sync/mirrors/${repo}`, { method: 'PUT', body });
  const listMirrors = async () => (await platform.call('status/mirrors')).json['mirrors'];
  const listFolders = () => readdir(join(home.data, 'mirrors'));

  it('of an upstream that can not be reached are refused, and leave nothing', async () => {
    const missing = join(home.path, 'nowhere');
    const answers = {
      [missing]: [502, 'upstream-unreachable'],
      'http://127.0.0.1:9/x.git': [502, 'upstream-unreachable'],
      'ext::sh -c true': [422, 'upstream-unsupported'],
      '--upload-pack=true': [422, 'upstream-unsupported'],
      '': [422, 'payload-invalid'],
    };
    for (const [from, [status, code]] of Object.entries(answers)) {
      expect((await put(REPO, { upstream: from })).json, from).to.include({ status, code });
    }
    for (const name of ['..%2F..%2Fetc/x', 'ada/-x', 'ada/..', 'a%20b/c', 'ada/x.git']) {
      expect((await put(name, { upstream: upstream.path })).status, name).to.be.within(400, 499);
    }
    expect(await listMirrors()).to.deep.equal([]);
    expect(await listFolders()).to.deep.equal([]);
  });

  it('build the default branch at once when asked to, and tell how they are', async () => {
    const answer = await put(REPO, { upstream: upstream.path, build: true });
    expect(answer.status).to.equal(201);
    expect(answer.json).to.include({ repo: REPO, upstream: upstream.path, problem: null });
    const job = await platform.waitFor(upstream.head(), 'succeeded');
    expect(job.branch).to.equal('main');
    expect((await put(REPO, { upstream: upstream.path, tags: ['v*'] })).status).to.equal(200);
    expect(await listMirrors()).to.have.lengthOf(1);
  });

  it('do not change their upstream', async () => {
    const other = await createUpstream({ files: { README: 'other' } });
    expect((await put(REPO, { upstream: other.path })).json).to.include({ status: 409, code: 'mirror-exists' });
    await other.remove();
    expect(await listMirrors()).to.have.nested.property('[0].upstream', upstream.path);
  });

  it('find on request what no delivery told: new commits, new tags with a rule, deletions', async () => {
    const sha = await upstream.commit({ word: 'quiet' });
    await upstream.tag('v1', { sha, message: 'one' });
    const gone = await upstream.commit(shellProject('sleep 300'), { branch: 'gone' });
    await platform.push({ repo: REPO, sha: gone, ref: 'refs/heads/gone' });
    await platform.waitFor(gone, 'running');
    await upstream.deleteBranch('gone');
    const sync = () => platform.call(`mirror-sync/mirrors/${REPO}/sync`, { method: 'POST' });
    const answer = await sync();
    expect(answer.json).to.deep.equal({ announced: 2 });
    const found = await waitUntil(
      async () => {
        const jobs = (await platform.jobs()).filter((job) => job.sha === sha);
        return jobs.length === 2 && jobs.every(({ state }) => state === 'succeeded') ? jobs : null;
      },
      { what: 'branch and tag are built' },
    );
    expect(found.map(({ ref }) => ref).sort()).to.deep.equal(['refs/heads/main', 'refs/tags/v1']);
    await platform.waitFor(gone, 'cancelled');
    expect((await sync()).json).to.deep.equal({ announced: 0 });
  });

  it('tell of an upstream that went away, and lose nothing by it', async () => {
    const sha = 'c'.repeat(40);
    const away = await createUpstream({ files: { README: 'soon gone' } });
    await platform.addMirror('ada/away', away.path);
    await away.remove();
    expect((await platform.call('mirror-sync/mirrors/ada/away/sync', { method: 'POST' })).json).to.include({
      status: 502,
      code: 'upstream-unreachable',
    });
    await platform.push({ repo: 'ada/away', sha });
    await waitUntil(async () => (await platform.trail(sha)).includes('fetch-failed'), { what: 'the fetch failed' });
    const mirrors = (await listMirrors()) as { repo: string; problem: string | null }[]; // checked by the next line
    expect(mirrors.find(({ repo }) => repo === 'ada/away')?.problem).to.contain('ada/away');
  });

  it('that are removed cancel their jobs and are gone', async () => {
    const sha = await upstream.commit(shellProject('sleep 300'));
    await platform.push({ repo: REPO, sha });
    const job = await platform.waitFor(sha, 'running');
    for (const repo of [REPO, 'ada/away']) {
      expect((await platform.call(`mirror-sync/mirrors/${repo}`, { method: 'DELETE' })).status).to.equal(204);
    }
    const ended = await platform.waitForJob(job.id, 'cancelled');
    expect(ended).to.include({ cause: 'mirror-removed' });
    expect(findSteps(job.id, 1)).to.deep.equal([]);
    expect(await listMirrors()).to.deep.equal([]);
    expect(await listFolders()).to.deep.equal([]);
    expect((await platform.push({ repo: REPO, sha })).json).to.include({ accepted: false, code: 'repository-unknown' });
    expect((await platform.call(`mirror-sync/mirrors/${REPO}`, { method: 'DELETE' })).status).to.equal(404);
    const retry = await platform.call(`dispatch/jobs/${job.id}/retry`, { method: 'POST' });
    expect(retry.json).to.include({ status: 404, code: 'mirror-unknown' });
  });
});
