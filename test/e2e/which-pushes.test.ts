import { expect } from 'chai';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { shellProject } from '../support/platform-project.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';

describe('which pushes are built', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;

  before(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([home.start(), createUpstream({ files: shellProject('echo built') })]);
    await platform.addMirror(REPO, upstream.path);
  });
  after(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  async function pushTo(branch: string, files = {}, message?: string): Promise<string> {
    const sha = await upstream.commit(files, { branch, ...(message !== undefined && { message }) });
    const answer = await platform.push({ repo: REPO, sha, ref: `refs/heads/${branch}`, ...(message && { message }) });
    expect(answer.json).to.deep.equal({ accepted: true });
    return sha;
  }

  async function expectNoJob(sha: string, code: string): Promise<void> {
    await waitUntil(async () => (await platform.trail(sha)).includes(code), { what: `${sha} is ${code}` });
    expect((await platform.jobs()).filter((job) => job.sha === sha)).to.deep.equal([]);
  }

  it('of a branch, the newest: older ones are superseded, waiting or running', async () => {
    const first = await pushTo('feature', shellProject('sleep 300'));
    await platform.waitFor(first, 'running');
    const second = await pushTo('feature', shellProject('echo newest'));
    const newest = await platform.waitFor(second, 'succeeded');
    const older = await platform.waitFor(first, 'cancelled');
    expect(older).to.include({ cause: 'superseded', supersededBy: newest.id });
    expect(older.reason).to.contain(newest.id);

    await platform.control({ pause: true });
    const waiting = await pushTo('feature', { word: 'waiting' });
    await platform.waitFor(waiting, 'queued');
    const last = await pushTo('feature', { word: 'last' });
    await platform.waitFor(waiting, 'cancelled');
    await platform.control({ resume: true });
    await platform.waitFor(last, 'succeeded');
  });

  it('of the default branch, every one', async () => {
    await platform.control({ pause: true });
    const shas = [
      await pushTo('main', { word: '1' }),
      await pushTo('main', { word: '2' }),
      await pushTo('main', { word: '3' }),
    ];
    for (const sha of shas) await platform.waitFor(sha, 'queued');
    await platform.control({ resume: true });
    for (const sha of shas) await platform.waitFor(sha, 'succeeded');
  });

  it('none whose message says [skip ci]', async () => {
    await expectNoJob(await pushTo('main', { word: 'skipped' }, 'Typo [skip ci]'), 'skipped');
    await expectNoJob(await pushTo('main', { word: 'skipped, too' }, 'Typo [ci skip]\n\nmore'), 'skipped');
  });

  it('none of branches that .raibid.yml leaves out', async () => {
    const settings = { branches: ['main', 'release/*'] };
    await expectNoJob(await pushTo('topic', shellProject('echo no', settings)), 'branch-filtered');
    const sha = await pushTo('release/1.0', shellProject('echo yes', settings));
    await platform.waitFor(sha, 'succeeded');
  });

  it('none in which there is nothing to run', async () => {
    await expectNoJob(await pushTo('empty', { '.raibid.yml': null, README: 'nothing' }), 'nothing-to-run');
  });

  it('none that reconciling finds at a name that could do harm, and the others of that sync', async () => {
    await upstream.git('update-ref', 'refs/heads/odd(name);', upstream.head('main'));
    const sha = await upstream.commit({ word: 'unannounced' }, { branch: 'quiet' });
    const { json, status } = await platform.call(`mirror-sync/mirrors/${REPO}/sync`, { method: 'POST' });
    expect(status).to.equal(202);
    expect(json['announced']).to.be.greaterThan(0);
    const job = await platform.waitFor(sha, 'succeeded');
    expect(job.branch).to.equal('quiet');
    for (const name of ['enqueue', 'mirror-sync']) {
      expect((await platform.call(`dispatch/dead/${name}`)).json).to.deep.equal({ entries: [] });
    }
  });
});
