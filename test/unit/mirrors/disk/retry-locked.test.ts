import { access, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createMirrorOnDisk, type MirrorOnDisk, REPO } from '../../../support/mirror-on-disk.js';
import { waitUntil } from '../../../support/wait-until.js';

describe('mirrors on disk under contention', () => {
  let t: MirrorOnDisk;
  beforeEach(async () => {
    t = await createMirrorOnDisk();
  });
  afterEach(() => t.remove());

  describe('at once', () => {
    it('syncs, pins, unpins and reads without a failure', async () => {
      const shas: string[] = [];
      for (let n = 0; n < 8; n++) shas.push(await t.upstream.commit({ n: `${n}` }, { branch: `b${n}` }));
      await t.sync();
      await t.git('pack-refs', '--all');
      for (let n = 0; n < 4; n++) {
        await t.upstream.commit({ n: 'again' }, { branch: `b${n}`, from: null });
        await t.upstream.deleteBranch(`b${n + 4}`);
      }
      const keep = new Set(shas);
      const pinned = await Promise.all([
        ...shas.map((sha) => t.mirrors.pin(REPO, sha)),
        ...[1, 2, 3].map(() => t.mirrors.sync(REPO).then(() => true)),
        t.mirrors.unpinOthers(REPO, keep).then(() => true),
        t.mirrors.refs(REPO).then(() => true),
      ]);
      expect(pinned).to.not.include(false);
      await t.git('fsck', '--strict');
      const expected = await t.upstream.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads');
      expect(await t.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads')).to.equal(expected);
      const pins = await t.git('for-each-ref', '--format=%(objectname)', 'refs/raibid/keep');
      expect(pins.split('\n')).to.have.members(shas);
    });
  });

  describe('after a kill', () => {
    const old = new Date(Date.now() - 60_000);

    it('removes locks that nobody holds', async () => {
      const sha = await t.upstream.commit({ a: '1' }, { branch: 'topic' });
      await t.sync();
      await t.upstream.deleteBranch('topic');
      await t.upstream.commit({ a: '2' });
      await t.git('pack-refs', '--all');
      const locks = ['refs/heads/trunk.lock', 'packed-refs.lock', `refs/raibid/keep/${sha}.lock`];
      const place = await t.mirrors.url(REPO);
      await mkdir(join(place, 'refs/raibid/keep'), { recursive: true });
      for (const lock of locks.map((name) => join(place, name))) {
        await writeFile(lock, '');
        await utimes(lock, old, old);
      }
      expect(await t.mirrors.pin(REPO, sha)).to.equal(true);
      await t.mirrors.sync(REPO);
      await t.mirrors.unpinOthers(REPO, new Set());
      expect(await t.git('for-each-ref', 'refs/raibid/keep')).to.equal('');
      expect(await t.refs()).to.deep.equal({ 'refs/heads/trunk': t.upstream.head() });
      for (const lock of locks) expect(await missing(join(place, lock)), lock).to.equal(true);
    });

    it('waits for a lock that somebody may hold', async () => {
      await t.sync();
      const sha = await t.upstream.commit({ a: '2' });
      await t.upstream.commit({ a: '3' }, { branch: 'other' });
      const lock = join(await t.mirrors.url(REPO), 'refs/heads/trunk.lock');
      await writeFile(lock, '');
      const mirrors = t.open({ staleLockMs: 60_000 });
      const syncing = mirrors.sync(REPO);
      await waitUntil(async () => (await t.mirrors.refs(REPO)).has('refs/heads/other'), {
        what: 'a first try is made',
      });
      expect((await t.refs())['refs/heads/trunk']).not.to.equal(sha);
      await rm(lock);
      await syncing;
      expect((await t.refs())['refs/heads/trunk']).to.equal(sha);
    });

    it('holds no half of a fetch: objects arrive in packs, which appear whole', async () => {
      await t.sync();
      await t.upstream.commit({ a: 'new' });
      await t.mirrors.sync(REPO);
      expect(await t.git('count-objects')).to.match(/^0 objects/);
    });
  });
});

async function missing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
