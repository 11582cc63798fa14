import { readFile } from 'node:fs/promises';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { prepareFlood } from '../support/platform-flood.js';
import { findOffspring, findTree, killAll } from '../support/platform-processes.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';
const PUSHES = 60;

describe('60 pushes to 60 branches', function () {
  this.timeout(240_000);
  let home: PlatformHome;
  let upstream: Upstream;
  let platform: TestPlatform;

  beforeEach(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([home.start(), createUpstream({ files: { README: 'nothing' } })]);
  });
  afterEach(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  async function findRedis(): Promise<number | undefined> {
    for (const pid of findOffspring(home.data)) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      if (name.trim() === 'redis-server') return pid;
    }
    return undefined;
  }

  it('with a redis-server that is killed again and again: 60 jobs, each succeeded once', async () => {
    const flood = await prepareFlood(home, upstream, PUSHES);
    await platform.addMirror(REPO, upstream.path);
    await upstream.commit({ README: 'moved' });
    const sending = flood.send(() => platform);
    for (const some of [2, 15, 30, 45]) {
      await flood.waitForSome(platform, some);
      const redis = await waitUntil(findRedis, { what: 'redis-server runs' });
      process.kill(redis, 'SIGKILL');
    }
    await sending;
    await flood.expectAllBuilt(platform);
  });

  it('with a platform that is killed, all of it, and started anew: 60 jobs, each succeeded once', async () => {
    const flood = await prepareFlood(home, upstream, PUSHES);
    await platform.addMirror(REPO, upstream.path);
    let current = platform;
    const sending = flood.send(() => current);
    for (const some of [5, 25]) {
      await flood.waitForSome(current, some);
      killAll([...new Set([...findTree(current.pid), ...findOffspring(home.data)])]);
      await current.exited;
      await waitUntil(() => findOffspring(home.data).length === 0, { what: 'all of it is gone' });
      current = await home.start();
    }
    await sending;
    await flood.expectAllBuilt(current);
  });
});
