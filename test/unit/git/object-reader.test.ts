import { expect } from 'chai';
import { openObjectReader } from '#lib/git/object-reader.js';
import { caught } from '../../support/caught.js';
import { createUpstream, type Upstream } from '../../support/git-upstream.js';

describe('openObjectReader', () => {
  let upstream: Upstream;
  before(async () => {
    upstream = await createUpstream({ files: { 'a.txt': 'a\n', 'large.txt': 'x'.repeat(300_000) } });
  });
  after(() => upstream.remove());

  it('answers many questions at once in their order, with null for what is not there', async () => {
    const reader = openObjectReader();
    const names = Array.from({ length: 200 }, (_, i) =>
      i % 3 === 0 ? 'HEAD:large.txt' : `HEAD:${i % 2 ? 'a' : 'b'}.txt`,
    );
    const answers = await Promise.all(names.map((name) => reader.read(upstream.path, [name])));
    const lengths = answers.map(([object]) => object?.content.length ?? null);
    expect(lengths).to.deep.equal(
      names.map((name) => (name.includes('large') ? 300_000 : name.includes('a.') ? 2 : null)),
    );
    reader.close(upstream.path);
  });

  it('sees what was fetched after it started', async () => {
    const reader = openObjectReader();
    expect(await reader.read(upstream.path, ['refs/heads/later'])).to.deep.equal([null]);
    const sha = await upstream.commit({ 'b.txt': 'b' }, { branch: 'later' });
    const [object] = await reader.read(upstream.path, [sha]);
    expect(object?.type).to.equal('commit');
    reader.close(upstream.path);
  });

  it('takes an object that is too large for the fault of its own question only', async () => {
    const huge = await createUpstream({ files: { 'a.txt': 'a\n', 'huge.txt': 'x'.repeat(33 * 2 ** 20) } });
    const reader = openObjectReader();
    const first = caught(reader.read(huge.path, ['HEAD:huge.txt']));
    const second = caught(reader.read(huge.path, ['HEAD:a.txt']));
    expect(await first).to.have.property('code', 'payload-invalid');
    // May be asked again, unlike the first.
    expect(await second).to.have.property('code', 'internal');
    const [again] = await reader.read(huge.path, ['HEAD:a.txt']);
    expect(again?.content.toString()).to.equal('a\n');
    reader.close(huge.path);
    await huge.remove();
  });

  it('starts again after it was closed', async () => {
    const reader = openObjectReader();
    for (let i = 0; i < 5; i++) {
      const [object] = await reader.read(upstream.path, ['HEAD:a.txt']);
      expect(object?.content.toString()).to.equal('a\n');
      reader.close(upstream.path);
    }
  });

  it('says when there is no repository', async () => {
    const reader = openObjectReader();
    const error = await caught(reader.read(`${upstream.path}-missing`, ['HEAD']));
    expect(error.message).to.match(/not a git repository/);
  });
});
