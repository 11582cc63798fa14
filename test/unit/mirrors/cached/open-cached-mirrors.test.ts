import { expect } from 'chai';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RaibidError } from '#lib/errors.js';
import { openCachedMirrors } from '#lib/mirrors/cached/open-cached-mirrors.js';
import type { Mirrors } from '#lib/mirrors/mirrors.js';
import { caught } from '../../../support/caught.js';
import { createMirrorOnDisk, type MirrorOnDisk, REPO } from '../../../support/mirror-on-disk.js';

const MISSING = 'c'.repeat(40);

describe('cached mirrors', () => {
  let t: MirrorOnDisk;
  let mirrors: Mirrors;

  beforeEach(async () => {
    t = await createMirrorOnDisk();
    mirrors = openCachedMirrors({
      disk: t.mirrors,
      async getUpstream(repo) {
        if (repo === REPO) return t.upstream.path;
        throw new RaibidError('mirror-unknown', `there is no mirror of ${repo}`);
      },
    });
  });
  afterEach(() => t.remove());

  it('read a commit on a disk that has never seen the repository', async () => {
    const tree = await mirrors.readTop(REPO, t.upstream.head(), ['Cargo.toml']);
    expect([...(tree?.files ?? [])]).to.deep.equal(['Cargo.toml']);
    expect(tree?.contents.get('Cargo.toml')).to.equal('[package]');
    expect(await mirrors.readMessage(REPO, t.upstream.head())).to.be.a('string');
  });

  it('go on after the disk was lost, and fetch what came meanwhile', async () => {
    await mirrors.sync(REPO);
    const sha = await t.upstream.commit({ a: '2' });
    await rm(join(t.root, 'mirrors'), { recursive: true });
    expect(await mirrors.pin(REPO, sha)).to.equal(true);
    expect(Object.fromEntries(await mirrors.refs(REPO))).to.deep.equal({ 'refs/heads/trunk': sha });
    expect(await mirrors.defaultBranch(REPO)).to.equal('trunk');
  });

  it('answer the refs as upstream has them now', async () => {
    await mirrors.sync(REPO);
    const sha = await t.upstream.commit({ a: '2' });
    expect((await mirrors.refs(REPO)).get('refs/heads/trunk')).to.equal(sha);
  });

  it('serve many calls on an empty disk at once', async () => {
    const sha = t.upstream.head();
    const trees = await Promise.all(Array.from({ length: 8 }, () => mirrors.readTop(REPO, sha, [])));
    expect(trees.every((tree) => tree?.files.has('Cargo.toml'))).to.equal(true);
  });

  it('have nothing of a commit that upstream does not have', async () => {
    expect(await mirrors.readTop(REPO, MISSING, [])).to.equal(null);
    expect(await mirrors.pin(REPO, MISSING)).to.equal(false);
  });

  it('send agents to upstream', async () => {
    expect(await mirrors.url(REPO)).to.equal(t.upstream.path);
  });

  it('refuse a repository that is no mirror, and serve the next call', async () => {
    expect((await caught(mirrors.readTop('ada/other', MISSING, []))).code).to.equal('mirror-unknown');
    expect((await caught(mirrors.url('ada/other'))).code).to.equal('mirror-unknown');
    expect((await mirrors.sync(REPO)).size).to.equal(1);
  });
});
