import { expect } from 'chai';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformChoice, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { findOffspring, findSteps, isAlive } from '../support/platform-processes.js';
import { shellProject, waitForFile } from '../support/platform-project.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';
/** Beyond the lease of 30 s. */
const SILENCE_MS = 40_000;
const PATIENCE = { deadlineMs: 90_000 };

/** Long silences, all at the same time: each on a platform of its own, each told by a test. */
describe('a silence longer than a lease', function () {
  this.timeout(150_000);
  const homes: PlatformHome[] = [];
  const upstreams: Upstream[] = [];
  const told: Record<'stopped' | 'gone' | 'agent', Promise<void>> = {
    stopped: Promise.resolve(),
    gone: Promise.resolve(),
    agent: Promise.resolve(),
  };

  before(() => {
    told.stopped = tellRedisStopped();
    told.gone = tellRedisGone();
    told.agent = tellAgentStopped();
    // Each is awaited by its own test, which comes later than a failure may.
    for (const story of Object.values(told)) story.catch(() => undefined);
  });
  after(async () => {
    await Promise.allSettled(Object.values(told));
    await Promise.all([...homes.map((home) => home.remove()), ...upstreams.map((upstream) => upstream.remove())]);
  });

  it('of a redis-server that is stopped doubles none of two builds', () => told.stopped);
  it('of a redis-server that is gone doubles none of two builds', () => told.gone);
  it('of an agent costs it the job: when it wakes, it writes nothing more', () => told.agent);

  interface Scene {
    readonly home: PlatformHome;
    readonly platform: TestPlatform;
    readonly upstream: Upstream;
  }

  async function setScene(prepare: (home: PlatformHome) => Promise<PlatformChoice>): Promise<Scene> {
    const home = await makePlatformHome();
    homes.push(home);
    const upstream = await createUpstream({ files: { README: 'nothing' } });
    upstreams.push(upstream);
    const platform = await home.start(await prepare(home));
    await platform.addMirror(REPO, upstream.path);
    return { home, platform, upstream };
  }

  async function startBuilds({ home, platform, upstream }: Scene, count: number): Promise<string[]> {
    const lines = `echo "$RAIBID_JOB_ID" >>'${join(home.path, 'starts')}'; echo in`;
    const gate = `while [ ! -e '${join(home.path, 'gate')}'."$RAIBID_ATTEMPT" ]; do echo tick; sleep 0.5; done; echo out`;
    const ids = [];
    for (let branch = 0; branch < count; branch += 1) {
      const sha = await upstream.commit(shellProject(`${lines}; ${gate}`), { branch: `b${branch}` });
      await platform.push({ repo: REPO, sha, ref: `refs/heads/b${branch}` });
      ids.push((await platform.waitFor(sha, 'running', PATIENCE)).id);
    }
    for (const id of ids) {
      await waitUntil(async () => (await platform.log(id)).includes('\nin\n'), {
        what: 'the step is under way',
        ...PATIENCE,
      });
    }
    return ids;
  }

  /** After the silence: the agents have been heard again, so that nobody will take their jobs for lost any more. */
  async function expectNoneDoubled({ home, platform }: Scene, ids: string[], endedAt: number): Promise<void> {
    await waitUntil(
      async () => {
        const agents = await platform.agents().catch(() => []);
        return ids.every((id) => agents.some(({ job, seenAt }) => job === id && Date.parse(seenAt) > endedAt));
      },
      { what: 'both agents are heard again', ...PATIENCE },
    );
    await writeFile(join(home.path, 'gate.1'), '');
    for (const id of ids) {
      expect((await platform.waitForJob(id, 'succeeded', PATIENCE)).attempt).to.equal(1);
      expect(await platform.log(id)).to.match(/^==> .*\nin\n(?:tick\n)+out\n$/);
    }
    const starts = (await readFile(join(home.path, 'starts'), 'utf8')).trim().split('\n');
    expect(starts.sort()).to.deep.equal([...ids].sort());
    expect(await platform.jobs()).to.have.lengthOf(ids.length);
  }

  function findRedis({ home }: Scene): Promise<number> {
    return waitUntil(async () => {
      for (const pid of findOffspring(home.data)) {
        const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
        if (name.trim() === 'redis-server') return pid;
      }
      return null;
    });
  }

  async function tellRedisStopped(): Promise<void> {
    const scene = await setScene(async () => ({}));
    const ids = await startBuilds(scene, 2);
    const redis = await findRedis(scene);
    process.kill(redis, 'SIGSTOP');
    // The silence itself; nothing happens in it that could be waited for.
    await delay(SILENCE_MS);
    const endedAt = Date.now();
    process.kill(redis, 'SIGCONT');
    await expectNoneDoubled(scene, ids, endedAt);
  }

  async function tellRedisGone(): Promise<void> {
    const scene = await setScene(async ({ path }) => {
      const real = (await execa('sh', ['-c', 'command -v redis-server'])).stdout;
      const script = `#!/bin/sh\n${waitForFile(join(path, 'may-start'))}\nexec '${real}' "$@"\n`;
      await writeFile(join(path, 'redis-server'), script);
      await chmod(join(path, 'redis-server'), 0o755);
      await writeFile(join(path, 'may-start'), '');
      return { env: { PATH: `${path}:${process.env['PATH'] ?? ''}` } };
    });
    const ids = await startBuilds(scene, 2);
    await rm(join(scene.home.path, 'may-start'));
    process.kill(await findRedis(scene), 'SIGKILL');
    await waitUntil(async () => (await scene.platform.call('status/healthz')).status === 503, {
      what: 'Redis is away',
    });
    const { platform, upstream } = scene;
    const sha = await upstream.commit(shellProject('echo late'));
    const push = { repo: REPO, sha, delivery: 'late-0001' };
    const [refused] = await Promise.all([platform.push(push), delay(SILENCE_MS)]);
    expect(refused.json).to.include({ status: 503, code: 'redis-unavailable' });
    const endedAt = Date.now();
    await writeFile(join(scene.home.path, 'may-start'), '');
    await expectNoneDoubled(scene, ids, endedAt);
    expect((await platform.push(push)).json).to.deep.equal({ accepted: true });
    await platform.waitFor(sha, 'succeeded');
  }

  async function tellAgentStopped(): Promise<void> {
    const scene = await setScene(async () => ({}));
    const { home, platform } = scene;
    const [id = ''] = await startBuilds(scene, 1);
    const sleeper = await waitUntil(async () => (await platform.agents()).find(({ job }) => job === id));
    process.kill(sleeper.pid, 'SIGSTOP');
    await waitUntil(async () => (await platform.job(id)).attempt === 2, { what: 'another attempt runs', ...PATIENCE });
    const before = await platform.log(id, '?attempt=1');
    await writeFile(join(home.path, 'gate.2'), '');
    const ended = await platform.waitForJob(id, 'succeeded', PATIENCE);
    expect(ended.agent).not.to.equal(sleeper.id);

    process.kill(sleeper.pid, 'SIGCONT');
    // It hears that the job is another's, and ends its own attempt first of all.
    await waitUntil(() => findSteps(id, 1).length === 0, { what: 'the first attempt is gone', ...PATIENCE });
    await waitUntil(
      async () =>
        !isAlive(sleeper.pid) ||
        (await platform.agents()).some((agent) => agent.id === sleeper.id && agent.job === null),
      { what: 'the agent is done with it', ...PATIENCE },
    );
    expect(await platform.job(id)).to.deep.equal(ended);
    expect(await platform.log(id, '?attempt=1')).to.equal(before);
    expect(await platform.log(id, '?attempt=2')).to.match(/\nin\n(?:tick\n)*out\n$/);
  }
});
