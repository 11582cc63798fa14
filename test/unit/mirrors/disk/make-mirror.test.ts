import { access, mkdir, readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { caught } from '../../../support/caught.js';
import { createMirrorOnDisk, type MirrorOnDisk, REPO } from '../../../support/mirror-on-disk.js';

describe('making mirrors on disk', () => {
  let t: MirrorOnDisk;
  beforeEach(async () => {
    t = await createMirrorOnDisk();
  });
  afterEach(() => t.remove());

  describe('ensure', () => {
    it('makes an empty bare repository that git accepts, without fetching', async () => {
      await t.mirrors.ensure(REPO, t.upstream.path);
      expect(await t.git('rev-parse', '--is-bare-repository')).to.equal('true');
      expect(await t.git('config', 'remote.origin.url')).to.equal(t.upstream.path);
      expect(await t.refs()).to.deep.equal({});
      expect(await readdir(join(t.root, 'mirrors/ada'))).to.deep.equal(['engine.git']);
    });

    it('keeps what is there and takes another upstream', async () => {
      await t.sync();
      await t.mirrors.ensure(REPO, 'git@github.com:ada/"quoted\\engine.git');
      expect(await t.git('config', 'remote.origin.url')).to.equal('git@github.com:ada/"quoted\\engine.git');
      expect(await t.git('config', '--default', 'none', 'remote.origin.uploadpack')).to.equal('none');
      expect(await t.refs()).to.have.property('refs/heads/trunk');
    });

    it('may be called many times at once', async () => {
      await Promise.all(Array.from({ length: 20 }, () => t.mirrors.ensure(REPO, t.upstream.path)));
      await t.mirrors.sync(REPO);
      expect(await t.refs()).to.deep.equal({ 'refs/heads/trunk': t.upstream.head() });
      expect(await readdir(join(t.root, 'mirrors/ada'))).to.deep.equal(['engine.git']);
    });

    it('makes anew what an interrupted call left, in place or beside it', async () => {
      const place = await t.mirrors.url(REPO);
      await mkdir(join(place, 'objects'), { recursive: true });
      await writeFile(join(place, 'HEAD'), '');
      const beside = join(t.root, 'mirrors/ada/engine.git~abcdef');
      await mkdir(beside);
      await utimes(beside, 1, 1);
      await t.sync();
      expect(await t.refs()).to.deep.equal({ 'refs/heads/trunk': t.upstream.head() });
      expect(await readdir(join(t.root, 'mirrors/ada'))).to.deep.equal(['engine.git']);
    });

    it('leaves a mirror alone whose name begins with that of another', async () => {
      const repos = ['ada/.engine.git.b', 'ada/engine.git.b'] as const;
      for (const repo of repos) {
        await t.mirrors.ensure(repo, t.upstream.path);
        await utimes(await t.mirrors.url(repo), 1, 1);
      }
      await t.mirrors.ensure(REPO, t.upstream.path);
      const names = ['.engine.git.b.git', 'engine.git', 'engine.git.b.git'];
      expect((await readdir(join(t.root, 'mirrors/ada'))).sort()).to.deep.equal(names);
    });

    for (const repo of [
      '../engine',
      'ada/../engine',
      'ada',
      '-ada/engine',
      'ada/en gine',
      'ada/engine/x',
      '',
      'ada/.git',
    ]) {
      it(`refuses the name ${JSON.stringify(repo)}`, async () => {
        expect((await caught(t.mirrors.ensure(repo, t.upstream.path))).code).to.equal('payload-invalid');
        expect((await caught(t.mirrors.remove(repo))).code).to.equal('payload-invalid');
      });
    }

    it('refuses an upstream that is none, and one of this machine outside local mode', async () => {
      expect((await caught(t.mirrors.ensure(REPO, 'ext::sh -c true'))).code).to.equal('upstream-unsupported');
      const cluster = t.open({ local: false });
      expect((await caught(cluster.ensure(REPO, t.upstream.path))).code).to.equal('upstream-unsupported');
      await t.mirrors.ensure(REPO, t.upstream.path);
      expect((await caught(cluster.sync(REPO))).code).to.equal('upstream-unsupported');
    });
  });

  it('removes a mirror, and its owner with the last one', async () => {
    await t.sync();
    await t.mirrors.ensure('ada/other', t.upstream.path);
    await t.mirrors.remove(REPO);
    expect(await readdir(join(t.root, 'mirrors/ada'))).to.deep.equal(['other.git']);
    await t.mirrors.remove(REPO);
    await t.mirrors.remove('ada/other');
    expect(await readdir(join(t.root, 'mirrors'))).to.deep.equal([]);
    await t.mirrors.remove('nobody/nothing');
  });

  it('holds no hook and collects nothing by itself', async () => {
    await t.sync();
    expect(await missing(join(await t.mirrors.url(REPO), 'hooks'))).to.equal(true);
    expect(await missing(join(await t.mirrors.url(REPO), 'FETCH_HEAD'))).to.equal(true);
    expect(await readFile(join(await t.mirrors.url(REPO), 'config'), 'utf8')).to.contain('gc');
  });
});

async function missing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
