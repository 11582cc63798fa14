import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import type { AgentView } from '../support/platform-api.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { findSteps } from '../support/platform-processes.js';
import { shellProject, waitForFile } from '../support/platform-project.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';

describe('an agent killed with -9', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;

  before(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([home.start(), createUpstream({ files: { README: 'nothing' } })]);
    await platform.addMirror(REPO, upstream.path);
  });
  after(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  const findAgent = (job: string): Promise<AgentView> =>
    waitUntil(async () => (await platform.agents()).find((agent) => agent.job === job), {
      what: 'an agent has the job',
    });

  async function push(branch: string, run: string, settings: object = {}): Promise<string> {
    const sha = await upstream.commit(shellProject(run, settings), { branch });
    await platform.push({ repo: REPO, sha, ref: `refs/heads/${branch}` });
    return sha;
  }

  it('takes all that its step started with it, and the job runs again', async () => {
    const gate = join(home.path, 'gate');
    const family = `trap '' TERM HUP INT; sleep 300 & setsid sleep 300 & (setsid nohup sh -c 'sleep 300; true' &)`;
    const last = `echo "attempt $RAIBID_ATTEMPT"; ${waitForFile(`${gate}.$RAIBID_ATTEMPT`).replaceAll(`'`, '"')}; echo done`;
    const sha = await push('killed', `${family}; ${last}`);
    const { id } = await platform.waitFor(sha, 'running');
    await waitUntil(async () => (await platform.log(id)).endsWith('attempt 1\n'), { what: 'the step is under way' });
    expect(findSteps(id, 1).length).to.be.greaterThan(4);
    const agent = await findAgent(id);
    process.kill(agent.pid, 'SIGKILL');

    await waitUntil(() => findSteps(id, 1).length === 0, { what: 'nothing of the step is left', deadlineMs: 5000 });
    await waitUntil(async () => (await platform.job(id)).attempt === 2, { what: 'the job runs again' });
    await writeFile(`${gate}.2`, '');
    const job = await platform.waitForJob(id, 'succeeded');
    expect(job.attempt).to.equal(2);
    expect(job.agent).not.to.equal(agent.id);
    const first = await platform.log(id, '?attempt=1');
    expect(first).to.match(/\nattempt 1\n$/);
    expect(await platform.log(id, '?attempt=2')).to.equal(first.replace('attempt 1\n', 'attempt 2\ndone\n'));
    expect(await platform.log(id)).to.contain('attempt 2\n');
    const trail = await platform.trail(sha);
    expect(trail.filter((code) => code === 'job-ended')).to.have.lengthOf(1);
    expect(trail).to.include('attempt-ended');
    expect((await platform.agents()).map((one) => one.id)).not.to.include(agent.id);
  });

  it('ends the job of a pipeline that must not run twice', async () => {
    const sha = await push('once', 'echo under way; sleep 300', { retry: { onLost: false } });
    const { id } = await platform.waitFor(sha, 'running');
    process.kill((await findAgent(id)).pid, 'SIGKILL');
    const job = await platform.waitForJob(id, 'errored');
    expect(job).to.include({ cause: 'lost', attempt: 1 });
    expect(findSteps(id, 1)).to.deep.equal([]);
  });

  it('ends as cancelled what was being cancelled', async () => {
    const sha = await push('stubborn', `trap '' TERM; echo under way; while :; do sleep 0.2; done`);
    const { id } = await platform.waitFor(sha, 'running');
    await waitUntil(async () => (await platform.log(id)).endsWith('under way\n'), { what: 'the step is under way' });
    const { pid } = await findAgent(id);
    await platform.call(`dispatch/jobs/${id}/cancel`, { method: 'POST' });
    process.kill(pid, 'SIGKILL');
    expect(await platform.waitForJob(id, 'cancelled')).to.include({ cause: 'user', attempt: 1 });
    await waitUntil(() => findSteps(id, 1).length === 0, { what: 'nothing of the step is left', deadlineMs: 5000 });
  });
});
