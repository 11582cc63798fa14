import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, spawnUp, type TestPlatform } from '../support/platform.js';
import { findOffspring, findSteps } from '../support/platform-processes.js';
import { shellProject, waitForFile } from '../support/platform-project.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';

describe('a platform that is stopped', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;

  beforeEach(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([home.start(), createUpstream({ files: { README: 'nothing' } })]);
    await platform.addMirror(REPO, upstream.path);
  });
  afterEach(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  /** A job that runs until the gate opens, with children that heed nothing. */
  async function startJob(): Promise<string> {
    const family = `trap '' TERM INT HUP; sleep 300 & setsid sleep 300 &`;
    const sha = await upstream.commit(
      shellProject(`${family} echo under way; ${waitForFile(join(home.path, 'gate'))}`),
    );
    await platform.push({ repo: REPO, sha });
    const { id } = await platform.waitFor(sha, 'running');
    await waitUntil(async () => (await platform.log(id)).endsWith('under way\n'), { what: 'the step is under way' });
    return id;
  }

  async function expectRunAgain(id: string): Promise<void> {
    await writeFile(join(home.path, 'gate'), '');
    platform = await home.start();
    const job = await platform.waitForJob(id, 'succeeded');
    expect(job.attempt).to.equal(2);
    expect(await platform.log(id, '?attempt=1')).to.match(/\nunder way\n$/);
    expect(await platform.log(id, '?attempt=2')).to.match(/\nunder way\n$/);
    expect(await platform.jobs()).to.have.lengthOf(1);
  }

  it('with Ctrl-C gives back what runs, leaves nothing running, and goes on at the next start', async () => {
    const id = await startJob();
    expect(await platform.stop()).to.equal(0);
    expect(platform.output()).to.match(/stopping: agents \(\d\) have 10 s/);
    expect(findOffspring(home.data)).to.deep.equal([]);
    expect(findSteps(id, 1)).to.deep.equal([]);
    expect(existsSync(join(home.data, 'platform.json'))).to.equal(false);
    await expectRunAgain(id);
    expect(await platform.trail(upstream.head())).to.include('attempt-ended');
  });

  it('with Ctrl-C twice leaves at once, with nothing left running', async () => {
    const id = await startJob();
    const agent = (await platform.agents()).find(({ job }) => job === id);
    // One that can not answer, for which the first Ctrl-C waits.
    process.kill(agent?.pid ?? 0, 'SIGSTOP');
    platform.signal('SIGINT');
    await waitUntil(() => platform.output().includes('Ctrl-C again leaves now'), { what: 'it waits for the agent' });
    // Sooner it would be taken for the same Ctrl-C, told twice by the terminal and by npm.
    await delay(400);
    platform.signal('SIGINT');
    expect(await platform.exited).to.equal(130);
    expect(platform.output()).to.contain('left at once');
    await waitUntil(() => findOffspring(home.data).length === 0, { what: 'nothing is left' });
    await expectRunAgain(id);
  });

  it('with kill -9 takes everything with it, and goes on at the next start', async () => {
    const id = await startJob();
    platform.signal('SIGKILL');
    await platform.exited;
    await waitUntil(() => findOffspring(home.data).length === 0 && findSteps(id, 1).length === 0, {
      what: 'nothing is left',
      deadlineMs: 5000,
    });
    await expectRunAgain(id);
  });

  it('is the only one on its data directory', async () => {
    const id = await startJob();
    const other = spawnUp(home.data);
    expect(await other.exited).to.equal(1);
    expect(other.output()).to.contain(`process ${platform.pid} serves it at ${platform.url}`);
    await writeFile(join(home.path, 'gate'), '');
    expect((await platform.waitForJob(id, 'succeeded')).attempt).to.equal(1);
  });

  it('while it drains, starts nothing new, and takes pushes for later', async () => {
    const id = await startJob();
    await platform.control({ drain: true });
    const sha = await upstream.commit(shellProject('echo later'));
    expect((await platform.push({ repo: REPO, sha })).status).to.equal(202);
    const waiting = await platform.waitFor(sha, 'queued');
    expect(waiting.reason).to.contain('drain');
    await writeFile(join(home.path, 'gate'), '');
    await platform.waitForJob(id, 'succeeded');
    await waitUntil(async () => (await platform.agents()).length === 0, { what: 'the agents have left' });
    expect((await platform.job(waiting.id)).state).to.equal('queued');
    expect(await platform.stop()).to.equal(0);
    platform = await home.start();
    expect((await platform.job(waiting.id)).state).to.equal('queued');
    await platform.control({ resume: true });
    expect((await platform.waitForJob(waiting.id, 'succeeded')).attempt).to.equal(1);
  });
});
