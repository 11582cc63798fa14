import { join } from 'node:path';
import { expect } from 'chai';
import { caught } from '../../../support/caught.js';
import { createMirrorOnDisk, type MirrorOnDisk, REPO } from '../../../support/mirror-on-disk.js';

const MISSING = 'a'.repeat(40);

describe('pins of mirrors on disk', () => {
  let t: MirrorOnDisk;
  beforeEach(async () => {
    t = await createMirrorOnDisk();
  });
  afterEach(() => t.remove());

  describe('pin', () => {
    it('keeps a commit through deletion, pruning and collection', async () => {
      const sha = await t.upstream.commit({ a: '1' }, { branch: 'topic' });
      await t.sync();
      expect(await t.mirrors.pin(REPO, sha)).to.equal(true);
      expect(await t.mirrors.pin(REPO, sha)).to.equal(true);
      await t.upstream.deleteBranch('topic');
      await t.mirrors.sync(REPO);
      await t.git('gc', '--quiet', '--prune=now');
      expect(await t.mirrors.readTop(REPO, sha, ['a'])).to.deep.equal({
        files: new Set(['Cargo.toml', 'a']),
        contents: new Map([['a', '1']]),
      });
      expect(await t.mirrors.pin(REPO, sha)).to.equal(true);
      expect(await t.refs()).to.deep.equal({ 'refs/heads/trunk': t.upstream.head() });
    });

    it('fetches a commit that is on a branch, and one that no branch holds any more', async () => {
      await t.sync();
      const lost = await t.upstream.commit({ a: '1' }, { branch: 'topic' });
      await t.upstream.deleteBranch('topic');
      const fresh = await t.upstream.commit({ a: '2' });
      expect(await t.mirrors.pin(REPO, fresh)).to.equal(true);
      expect(await t.mirrors.pin(REPO, lost)).to.equal(true);
      expect(await t.mirrors.readMessage(REPO, lost)).to.match(/^change/);
    });

    it('answers false for what upstream does not have, and for what is no commit', async () => {
      const annotated = await t.upstream.tag('v1', { message: 'one' });
      const tree = await t.upstream.git('rev-parse', 'trunk^{tree}');
      const blob = await t.upstream.git('rev-parse', 'trunk:Cargo.toml');
      await t.sync();
      for (const id of [MISSING, 'a'.repeat(64), annotated, tree, blob, 'HEAD', '--help', '']) {
        expect(await t.mirrors.pin(REPO, id), id).to.equal(false);
      }
      expect(await t.git('for-each-ref', 'refs/raibid')).to.equal('');
    });

    it('fails, and does not answer false, when upstream is away', async () => {
      await t.sync();
      await t.mirrors.ensure(REPO, join(t.root, 'nowhere'));
      expect(await t.mirrors.pin(REPO, t.upstream.head())).to.equal(true);
      expect((await caught(t.mirrors.pin(REPO, MISSING))).code).to.equal('upstream-unreachable');
    });
  });

  describe('unpinOthers', () => {
    it('drops all pins but those to keep', async () => {
      const shas: string[] = [];
      for (const n of [1, 2, 3]) shas.push(await t.upstream.commit({ a: `${n}` }, { branch: `b${n}` }));
      await t.sync();
      for (const sha of shas) await t.mirrors.pin(REPO, sha);
      await t.git('pack-refs', '--all');
      const [kept = ''] = shas;
      await t.mirrors.unpinOthers(REPO, new Set([kept, MISSING]));
      expect(await t.git('for-each-ref', '--format=%(refname)', 'refs/raibid')).to.equal(`refs/raibid/keep/${kept}`);
      await t.mirrors.unpinOthers(REPO, new Set());
      expect(await t.git('for-each-ref', 'refs/raibid')).to.equal('');
      expect(Object.keys(await t.refs())).to.have.length(4);
    });
  });
});
