import { expect } from 'chai';
import { readCommitMessage, readTopFiles } from '#lib/git/read-commit.js';
import { openObjectReader } from '#lib/git/object-reader.js';
import { caught } from '../../support/caught.js';
import { createUpstream, type Upstream } from '../../support/git-upstream.js';

const MISSING = 'a'.repeat(40);

describe('reading a commit', () => {
  let upstream: Upstream;
  const reader = openObjectReader();
  const read = (names: readonly string[]) => reader.read(upstream.path, names);
  before(async () => {
    upstream = await createUpstream({
      files: { 'Cargo.toml': '[package]\nname = "ü"\n', 'src/lib.rs': '', empty: '' },
    });
  });
  after(() => {
    reader.close(upstream.path);
    return upstream.remove();
  });

  it('answers the files at the top and the contents that are asked for', async () => {
    const top = await readTopFiles(read, upstream.head(), ['Cargo.toml', 'empty', 'absent', 'src', 'src/lib.rs']);
    expect([...(top?.files ?? [])]).to.have.members(['Cargo.toml', 'empty']);
    expect(Object.fromEntries(top?.contents ?? [])).to.deep.equal({
      'Cargo.toml': '[package]\nname = "ü"\n',
      empty: '',
    });
  });

  it('answers null for a commit that is not there', async () => {
    expect(await readTopFiles(read, MISSING, ['Cargo.toml'])).to.equal(null);
    expect(await readCommitMessage(read, MISSING)).to.equal(null);
  });

  it('does not follow a symbolic link', async () => {
    const link = { content: '/etc/passwd', mode: '120000' } as const;
    const sha = await upstream.commit({ '.raibid.yml': link }, { branch: 'link' });
    const top = await readTopFiles(read, sha, ['.raibid.yml']);
    expect(top?.files.has('.raibid.yml')).to.equal(false);
    expect(top?.contents.size).to.equal(0);
  });

  it('knows names with blanks, quotes and line breaks', async () => {
    const sha = await upstream.commit({ 'a b': '1', 'q"q': '2', 'n\nn': '3', ' missing': '4' }, { branch: 'names' });
    const top = await readTopFiles(read, sha, ['a b', 'q"q', 'n\nn', ' missing']);
    expect([...(top?.files ?? [])]).to.include.members(['a b', 'q"q', 'n\nn', ' missing']);
    expect(Object.fromEntries(top?.contents ?? [])).to.deep.equal({ 'a b': '1', 'q"q': '2', ' missing': '4' });
  });

  it('takes 1 MiB and refuses more', async () => {
    const mib = 'x'.repeat(1024 * 1024);
    const sha = await upstream.commit({ most: mib, more: `${mib}x` }, { branch: 'large' });
    expect((await readTopFiles(read, sha, ['most']))?.contents.get('most')).to.have.length(mib.length);
    const error = await caught(readTopFiles(read, sha, ['more']));
    expect(error.code).to.equal('payload-invalid');
    expect(error.message).to.contain('more').and.contain('1 MiB');
  });

  it('refuses a file that would fill the memory', async () => {
    const sha = await upstream.commit({ huge: 'x'.repeat(40 * 1024 * 1024) }, { branch: 'huge' });
    expect((await caught(readTopFiles(read, sha, ['huge']))).code).to.equal('payload-invalid');
  });

  it('reads an empty tree', async () => {
    const sha = await upstream.commit({}, { branch: 'none', from: null });
    expect(await readTopFiles(read, sha, ['Cargo.toml'])).to.deep.equal({
      files: new Set(),
      contents: new Map(),
    });
  });

  it('answers the whole message', async () => {
    const message = 'Add ü\n\nbody with\n\nparagraphs\n';
    const sha = await upstream.commit({ a: 'a' }, { branch: 'message', message });
    expect(await readCommitMessage(read, sha)).to.equal(message);
  });

  it('answers an empty message, and one in another encoding', async () => {
    const sha = await upstream.commit({ a: 'b' }, { branch: 'message', message: '' });
    expect(await readCommitMessage(read, sha)).to.equal('');
    const latin = await upstream.git(
      '-c',
      'i18n.commitEncoding=nonsense',
      'commit-tree',
      '-m',
      'plain',
      `${sha}^{tree}`,
    );
    expect(await readCommitMessage(read, latin)).to.equal('plain\n');
  });

  it('reads repositories of SHA-256', async () => {
    const other = await createUpstream({ files: { a: 'a', b: 'b' }, objectFormat: 'sha256' });
    try {
      const top = await readTopFiles((names) => reader.read(other.path, names), other.head(), ['b']);
      expect(top).to.deep.equal({ files: new Set(['a', 'b']), contents: new Map([['b', 'b']]) });
    } finally {
      reader.close(other.path);
      await other.remove();
    }
  });
});
