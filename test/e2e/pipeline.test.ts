import { expect } from 'chai';
import { join } from 'node:path';
import { readdir, writeFile } from 'node:fs/promises';
import { createUpstream, type FileChanges, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { findSteps } from '../support/platform-processes.js';
import { shellProject, waitForFile } from '../support/platform-project.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';

describe('.raibid.yml, end to end', () => {
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

  /** Each on a branch of its own, so that nothing is left over from the one before. */
  let branches = 0;
  async function push(files: FileChanges): Promise<string> {
    branches += 1;
    const sha = await upstream.commit(files, { branch: `branch-${branches}`, from: null });
    await platform.push({ repo: REPO, sha, ref: `refs/heads/branch-${branches}` });
    return sha;
  }

  it('gives the steps a clean environment, its own and theirs', async () => {
    const file = `
env: {COLOR: green, SHAPE: round, COUNT: 3}
steps:
  - run: env | sort
    env: {SHAPE: square}
  - {name: second, run: 'echo $SHAPE $COUNT; pwd; echo "$HOME"; ls -a'}
`;
    const sha = await push({ '.raibid.yml': file, 'src/deep/file': 'x' });
    const job = await platform.waitFor(sha, 'succeeded');
    const env = (await platform.log(job.id, '?step=0')).split('\n').slice(1, -1);
    const names = env.map((line) => line.slice(0, line.indexOf('=')));
    expect(env).to.include.members([
      'CI=true',
      'COLOR=green',
      'SHAPE=square',
      'COUNT=3',
      'RAIBID=true',
      'RAIBID_ATTEMPT=1',
      `RAIBID_JOB_ID=${job.id}`,
      `RAIBID_REPO=${REPO}`,
      `RAIBID_REF=${job.ref}`,
      `RAIBID_SHA=${sha}`,
    ]);
    expect(names).not.to.include.members(['RAIBID_REDIS_URL']);
    expect(names.filter((name) => /REDIS|TOKEN|SECRET|npm_/.test(name))).to.deep.equal([]);
    const second = await platform.log(job.id, '?step=1');
    expect(second).to.match(/^==> second: .*\nround 3\n/);
    expect(second).to.contain('.raibid.yml\nsrc\n');
    expect(second).not.to.contain(`\n${process.env['HOME'] ?? '/root'}\n`);
  });

  it('ends a step and a job whose time is up, with their children', async () => {
    const step = await push({ '.raibid.yml': 'steps: [{name: slow, run: "sleep 300 & sleep 300", timeout: 300ms}]' });
    const whole = await push({
      '.raibid.yml': '{timeout: 400ms, steps: [{run: "echo on"}, {run: "sleep 300 & sleep 300"}]}',
    });
    const failed = await platform.waitFor(step, 'failed');
    expect(failed).to.include({ cause: 'timeout', reason: 'slow: its time of 0.3 s was up' });
    const late = await platform.waitFor(whole, 'failed');
    expect(late).to.include({ cause: 'timeout' });
    expect(late.reason).to.contain('the time of the job was up');
    for (const { id } of [failed, late]) expect(findSteps(id, 1)).to.deep.equal([]);
  });

  it('runs no more jobs of a group at once than it may, and says what the others wait for', async () => {
    const gate = join(home.path, 'group');
    const files = shellProject(`echo in; ${waitForFile(gate)}`, { concurrency: { group: 'deploy', limit: 1 } });
    const first = await push(files);
    await platform.waitFor(first, 'running');
    const second = await push({ ...files, again: '' });
    const held = await platform.waitFor(second, 'held');
    expect(held.reason).to.contain('deploy');
    expect(held).to.include({ group: 'deploy' });
    const other = await push(shellProject('echo other'));
    await platform.waitFor(other, 'succeeded');
    expect((await platform.job(held.id)).state).to.equal('held');
    await writeFile(gate, '');
    await platform.waitFor(second, 'succeeded');
  });

  it('starts the job of a higher priority first', async () => {
    const order = join(home.path, 'order');
    await platform.control({ pause: true, capacity: { rust: 1 } });
    const shas = [];
    for (const priority of [-5, 0, 50]) {
      const sha = await push(shellProject(`echo ${priority} >>'${order}'`, { priority }));
      shas.push(sha);
      await platform.waitFor(sha, 'queued');
    }
    await platform.control({ resume: true });
    const jobs = await Promise.all(shas.map((sha) => platform.waitFor(sha, 'succeeded')));
    const started = jobs.map(({ startedAt }) => Date.parse(startedAt ?? ''));
    expect([...started].sort((a, b) => b - a)).to.deep.equal(started);
    await platform.control({ capacity: { rust: 2 } });
  });

  it('that is broken fails the job and names the line', async () => {
    const file = 'env: {A: b}\nsteps:\n  - run: echo hello\n    timeout: soon\n';
    const job = await platform.waitFor(await push({ '.raibid.yml': file, 'Cargo.toml': '' }), 'failed');
    expect(job).to.include({ cause: 'config', exitCode: null });
    expect(job.reason).to.match(/^\.raibid\.yml:4: steps\.0\.timeout: /);
    expect(await platform.log(job.id)).to.contain('raibid: .raibid.yml:4: ');

    const syntax = await platform.waitFor(await push({ '.raibid.yml': 'steps:\n  - run: "echo\n' }), 'failed');
    expect(syntax).to.include({ cause: 'config' });
    expect(syntax.reason).to.match(/^\.raibid\.yml:\d+:\d+: /);
  });

  it('that asks for an agent type that there is not fails the job', async () => {
    const job = await platform.waitFor(await push({ '.raibid.yml': 'agent: cobol\n', 'Cargo.toml': '' }), 'failed');
    expect(job).to.include({ cause: 'config' });
    expect(job.reason).to.equal('.raibid.yml:1: agent: is no agent type; there is: rust');
  });

  it('may leave the steps to the agent type, and a project that needs another cargo fails saying which', async () => {
    const manifest = '[package]\nname = "new"\nversion = "0.1.0"\nedition = "2021"\n';
    const toolchain = '[toolchain]\nchannel = "9.99.1"\n';
    const files = { 'Cargo.toml': manifest, 'src/lib.rs': '', 'rust-toolchain.toml': toolchain };
    const job = await platform.waitFor(await push(files), 'failed', { deadlineMs: 60_000 });
    expect(job).to.include({ cause: 'toolchain' });
    expect(job.reason).to.contain('9.99.1');
    expect(await platform.log(job.id)).to.contain('9.99.1');

    const lock = 'version = 99\n';
    const locked = await platform.waitFor(
      await push({ 'Cargo.toml': `${manifest}rust-version = "1.999"\n`, 'src/lib.rs': '', 'Cargo.lock': lock }),
      'failed',
      { deadlineMs: 60_000 },
    );
    expect(locked).to.include({ cause: 'toolchain' });
    expect(locked.reason).to.contain('1.999');
  });

  it('leaves nothing behind in the work directory', async () => {
    await waitUntil(async () => (await readdir(join(home.data, 'work'))).length === 0, {
      what: 'all workspaces are gone',
    });
  });
});
