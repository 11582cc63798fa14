import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { caught } from '../../../support/caught.js';
import { createUpstream } from '../../../support/git-upstream.js';
import { createMirrorOnDisk, type MirrorOnDisk, REPO } from '../../../support/mirror-on-disk.js';

const MISSING = 'a'.repeat(40);

describe('syncing mirrors on disk', () => {
  let t: MirrorOnDisk;
  beforeEach(async () => {
    t = await createMirrorOnDisk();
  });
  afterEach(() => t.remove());

  describe('sync', () => {
    it('follows new, forced, renamed and deleted branches', async () => {
      await t.upstream.commit({ a: '1' }, { branch: 'topic' });
      await t.upstream.commit({ a: '1' }, { branch: 'gone' });
      await t.sync();
      const forced = await t.upstream.commit({ a: '2' }, { branch: 'topic', from: null });
      await t.upstream.deleteBranch('gone');
      const inside = await t.upstream.commit({ a: '3' }, { branch: 'gone/inside' });
      await t.mirrors.sync(REPO);
      expect(await t.refs()).to.deep.equal({
        'refs/heads/trunk': t.upstream.head(),
        'refs/heads/topic': forced,
        'refs/heads/gone/inside': inside,
      });
    });

    it('answers the commits of tags, whatever they are tagged with', async () => {
      const sha = t.upstream.head();
      await t.upstream.tag('light');
      const annotated = await t.upstream.tag('annotated', { message: 'one' });
      await t.upstream.tag('nested', { sha: annotated, message: 'two' });
      await t.upstream.tag('tree', { sha: await t.upstream.git('rev-parse', `${sha}^{tree}`) });
      await t.sync();
      const tags = { 'refs/tags/light': sha, 'refs/tags/annotated': sha, 'refs/tags/nested': sha };
      expect(await t.refs()).to.deep.equal({ 'refs/heads/trunk': sha, ...tags });
      const moved = await t.upstream.commit({ a: '1' });
      await t.upstream.tag('light', { sha: moved });
      await t.upstream.git('tag', '-d', 'annotated', 'nested');
      await t.mirrors.sync(REPO);
      expect(await t.refs()).to.deep.equal({ 'refs/heads/trunk': moved, 'refs/tags/light': moved });
    });

    it('takes an upstream without a commit, before and after', async () => {
      const empty = await createUpstream();
      try {
        await t.mirrors.ensure(REPO, empty.path);
        await t.mirrors.sync(REPO);
        expect(await t.refs()).to.deep.equal({});
        expect(await t.mirrors.pin(REPO, MISSING)).to.equal(false);
        const sha = await empty.commit({ a: 'a' });
        await t.mirrors.sync(REPO);
        expect(await t.refs()).to.deep.equal({ 'refs/heads/main': sha });
      } finally {
        await empty.remove();
      }
    });

    it('takes an upstream of SHA-256', async () => {
      const other = await createUpstream({ files: { a: 'a' }, objectFormat: 'sha256' });
      try {
        await t.mirrors.ensure(REPO, other.path);
        await t.mirrors.sync(REPO);
        await t.mirrors.ensure(REPO, other.path);
        expect(await t.refs()).to.deep.equal({ 'refs/heads/main': other.head() });
        expect(await t.mirrors.pin(REPO, other.head())).to.equal(true);
      } finally {
        await other.remove();
      }
    });

    it('takes a path of another user', async () => {
      if (process.getuid?.() === 0) await execa('chown', ['-R', '12345:12345', t.upstream.path]);
      await t.sync();
      expect(await t.refs()).to.deep.equal({ 'refs/heads/trunk': t.upstream.head() });
    });

    it('says that upstream cannot be reached, keeps what it has, and recovers', async () => {
      await t.sync();
      await t.mirrors.ensure(REPO, join(t.root, 'nowhere'));
      const error = await caught(t.mirrors.sync(REPO));
      expect(error.code).to.equal('upstream-unreachable');
      expect(error.message).to.contain(REPO).and.contain('nowhere');
      expect(await t.refs()).to.have.property('refs/heads/trunk');
      await t.sync();
    });

    it('says that a server cannot be reached', async () => {
      await t.mirrors.ensure(REPO, 'http://127.0.0.1:1/ada/engine.git');
      expect((await caught(t.mirrors.sync(REPO))).code).to.equal('upstream-unreachable');
      expect((await caught(t.mirrors.defaultBranch(REPO))).code).to.equal('upstream-unreachable');
    });

    it('says that there is no such mirror', async () => {
      const calls = [() => t.mirrors.sync(REPO), () => t.mirrors.refs(REPO), () => t.mirrors.pin(REPO, MISSING)];
      for (const call of calls) {
        expect((await caught(call())).code).to.equal('mirror-unknown');
      }
      expect((await caught(t.mirrors.unpinOthers(REPO, new Set()))).code).to.equal('mirror-unknown');
      expect((await caught(t.mirrors.readTop(REPO, MISSING, []))).code).to.equal('mirror-unknown');
      expect((await caught(t.mirrors.defaultBranch(REPO))).code).to.equal('mirror-unknown');
    });

    it('joins packs when there are many, and loses nothing', async () => {
      const mirrors = t.open({ maxPacks: 4 });
      await t.sync();
      const shas: string[] = [];
      for (let n = 0; n < 6; n++) {
        shas.push(await t.upstream.commit({ n: `${n}` }, { from: null }));
        await mirrors.sync(REPO);
      }
      const names = await readdir(join(await t.mirrors.url(REPO), 'objects/pack'));
      expect(names.filter((name) => name.endsWith('.pack'))).to.have.length.below(5);
      for (const sha of shas) expect(await t.mirrors.readMessage(REPO, sha)).to.be.a('string');
      await t.git('fsck', '--strict');
    });
  });

  describe('defaultBranch', () => {
    it('answers what upstream calls it, and null for an empty one', async () => {
      await t.mirrors.ensure(REPO, t.upstream.path);
      expect(await t.mirrors.defaultBranch(REPO)).to.equal('trunk');
      await t.upstream.deleteBranch('trunk');
      expect(await t.mirrors.defaultBranch(REPO)).to.equal(null);
    });
  });
});
