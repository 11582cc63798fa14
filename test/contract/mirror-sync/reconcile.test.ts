import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openDiskMirrors } from '#lib/mirrors/disk/open-disk-mirrors.js';
import { findMirror, saveMirror } from '#lib/redis/mirrors.js';
import { reconcileMirror } from '../../../functions/mirror-sync/sync-mirror.js';
import { createUpstream, type Upstream } from '../../support/git-upstream.js';
import { openTestRoom } from '../../support/room.js';

const REPO = 'o/r';

describe('reconcileMirror', () => {
  let test: Awaited<ReturnType<typeof openTestRoom>>;
  let upstream: Upstream;
  let directory: string;

  before(async () => {
    test = await openTestRoom();
    await test.clear();
    upstream = await createUpstream({ files: { a: '1' } });
    directory = await mkdtemp(join(tmpdir(), 'raibid-reconcile-'));
  });
  after(async () => {
    await test.stop();
    await upstream.remove();
    await rm(directory, { recursive: true });
  });

  it('builds nothing of what was there when the first sync was cut short, and all that comes later', async () => {
    const mirrors = openDiskMirrors({ directory, local: true });
    await upstream.commit({ a: '2' }, { branch: 'topic' });
    await mirrors.ensure(REPO, upstream.path);
    await saveMirror(test.room, { repo: REPO, upstream: upstream.path, tags: [], limit: 0 });
    const context = { room: test.room, mirrors, now: Date.now, random: Math.random };
    const reconcile = async () => {
      const mirror = await findMirror(test.room, REPO);
      if (!mirror) throw new Error('the mirror is gone');
      return reconcileMirror(context, mirror);
    };
    expect(await reconcile()).to.equal(0);
    expect((await findMirror(test.room, REPO))?.syncedAt).to.be.a('number');
    await upstream.commit({ a: '3' }, { branch: 'topic' });
    await upstream.commit({ a: '4' }, { branch: 'other' });
    expect(await reconcile()).to.equal(2);
    expect(await reconcile()).to.equal(0);
  });
});
