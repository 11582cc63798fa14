import { chmod, lstat, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { checkOut } from '#lib/git/checkout.js';
import { caught } from '../../support/caught.js';
import { createUpstream, type Upstream } from '../../support/git-upstream.js';

describe('checkOut', () => {
  let upstream: Upstream;
  let root: string;
  let directory: string;
  let count = 0;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'raibid-checkout-'));
    upstream = await createUpstream({ files: { 'Cargo.toml': 'one', 'src/lib.rs': 'lib' } });
  });
  beforeEach(() => {
    directory = join(root, `work-${count++}`);
  });
  after(() => Promise.all([upstream.remove(), rm(root, { recursive: true, force: true })]));

  async function git(...args: string[]): Promise<string> {
    return (await execa('git', ['-C', directory, ...args])).stdout;
  }

  it('makes a clean, detached work tree of exactly that commit', async () => {
    const sha = upstream.head();
    await upstream.commit({ 'Cargo.toml': 'two' });
    await checkOut({ source: upstream.path, sha, directory });
    expect(await readFile(join(directory, 'Cargo.toml'), 'utf8')).to.equal('one');
    expect(await git('rev-parse', 'HEAD')).to.equal(sha);
    expect(await git('status', '--porcelain')).to.equal('');
    expect(await git('branch', '--show-current')).to.equal('');
  });

  it('has the history and the tags', async () => {
    const first = await upstream.commit({ a: '1' }, { branch: 'history' });
    await upstream.tag('v1.0', { sha: first, message: 'one' });
    await upstream.tag('light', { sha: first });
    const sha = await upstream.commit({ a: '2' }, { branch: 'history', message: 'later' });
    await checkOut({ source: upstream.path, sha, directory });
    expect((await git('log', '--format=%H')).split('\n')).to.include(first);
    expect(await git('describe')).to.equal(`v1.0-1-g${sha.slice(0, 7)}`);
    expect(await git('tag')).to.equal('light\nv1.0');
  });

  it('knows tags that are packed', async () => {
    await upstream.tag('packed', { message: 'p' });
    await upstream.git('pack-refs', '--all');
    await checkOut({ source: upstream.path, sha: upstream.head(), directory });
    expect(await git('describe', '--match', 'packed')).to.equal('packed');
  });

  it('lets a job commit without changing the source', async () => {
    await checkOut({ source: upstream.path, sha: upstream.head(), directory });
    const before = await upstream.git('for-each-ref');
    await writeFile(join(directory, 'new'), 'new');
    await git('add', 'new');
    await git('-c', 'user.name=Job', '-c', 'user.email=job@example.com', 'commit', '--quiet', '-m', 'job');
    const made = await git('rev-parse', 'HEAD');
    expect(await upstream.git('for-each-ref')).to.equal(before);
    expect((await caught(checkOut({ source: upstream.path, sha: made, directory: `${directory}-b` }))).code).to.equal(
      'commit-unknown',
    );
  });

  it('keeps modes and links', async () => {
    const files = {
      run: { content: '#!/bin/sh\n', mode: '100755' },
      link: { content: 'run', mode: '120000' },
    } as const;
    const sha = await upstream.commit(files, { branch: 'modes' });
    await checkOut({ source: upstream.path, sha, directory });
    expect((await lstat(join(directory, 'run'))).mode & 0o111).not.to.equal(0);
    expect((await lstat(join(directory, 'link'))).isSymbolicLink()).to.equal(true);
  });

  it('runs no hook and no filter, and takes no submodule', async () => {
    const marker = join(root, 'ran');
    const hook = join(upstream.path, 'hooks/post-checkout');
    await execa('mkdir', ['-p', join(upstream.path, 'hooks')]);
    await writeFile(hook, `#!/bin/sh\ntouch ${marker}\n`);
    await chmod(hook, 0o755);
    const config = join(root, 'gitconfig');
    const filter = `[filter "evil"]\n\tsmudge = touch ${marker}\n\trequired = true\n`;
    await writeFile(
      config,
      `${filter}[submodule]\n\trecurse = true\n[core]\n\thooksPath = ${join(upstream.path, 'hooks')}\n`,
    );
    const sha = await upstream.commit(
      {
        '.gitattributes': '* filter=evil\n*.bin filter=lfs\n',
        '.gitmodules': `[submodule "sub"]\n\tpath = sub\n\turl = ${upstream.path}\n`,
        'a.bin': 'version https://git-lfs.github.com/spec/v1\n',
      },
      { branch: 'filters' },
    );
    const saved = process.env['GIT_CONFIG_GLOBAL'];
    process.env['GIT_CONFIG_GLOBAL'] = config;
    try {
      await checkOut({ source: upstream.path, sha, directory });
    } finally {
      if (saved === undefined) delete process.env['GIT_CONFIG_GLOBAL'];
      else process.env['GIT_CONFIG_GLOBAL'] = saved;
    }
    expect(await readdir(root)).not.to.include('ran');
    expect(await readFile(join(directory, 'a.bin'), 'utf8')).to.contain('git-lfs');
  });

  it('refuses a tree that reaches into .git', async () => {
    const blob = await upstream.git('rev-parse', `${upstream.head()}:Cargo.toml`);
    const made = await execa('git', ['--git-dir', upstream.path, 'mktree'], { input: `100644 blob ${blob}\tconfig\n` });
    const tree = await execa(
      'git',
      ['--git-dir', upstream.path, 'hash-object', '-t', 'tree', '-w', '--stdin', '--literally'],
      {
        input: Buffer.concat([Buffer.from('40000 .git\0'), Buffer.from(made.stdout.trim(), 'hex')]),
      },
    );
    const sha = await upstream.git('commit-tree', '-m', 'evil', tree.stdout.trim());
    const error = await caught(checkOut({ source: upstream.path, sha, directory }));
    expect(error.message).to.contain('.git');
    expect(await readFile(join(directory, '.git/config'), 'utf8')).to.contain('bare');
  });

  it('checks out more files than fit one worker', async () => {
    const files = Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`d${n % 7}/f${n}`, `${n}`]));
    const sha = await upstream.commit(files, { branch: 'many' });
    await checkOut({ source: upstream.path, sha, directory });
    expect(await git('status', '--porcelain')).to.equal('');
    expect(await readFile(join(directory, `d${1199 % 7}/f1199`), 'utf8')).to.equal('1199');
  });

  it('works with SHA-256', async () => {
    const other = await createUpstream({ files: { a: 'a' }, objectFormat: 'sha256' });
    try {
      await checkOut({ source: other.path, sha: other.head(), directory });
      expect(await git('rev-parse', 'HEAD')).to.equal(other.head());
    } finally {
      await other.remove();
    }
  });

  it('says that a commit is unknown', async () => {
    const error = await caught(checkOut({ source: upstream.path, sha: 'b'.repeat(40), directory }));
    expect(error.code).to.equal('commit-unknown');
  });

  it('refuses a directory that is not empty, and leaves it as it is', async () => {
    await checkOut({ source: upstream.path, sha: upstream.head(), directory });
    await writeFile(join(directory, 'mine'), 'mine');
    const error = await caught(checkOut({ source: upstream.path, sha: upstream.head(), directory }));
    expect(error.message).to.contain('not empty');
    expect(await readFile(join(directory, 'mine'), 'utf8')).to.equal('mine');
  });

  it('refuses a URL that no agent may use, and says when one cannot be reached', async () => {
    const sha = upstream.head();
    const refused = await caught(checkOut({ source: `file://${upstream.path}`, sha, directory }));
    expect(refused.code).to.equal('upstream-unsupported');
    const source = 'https://127.0.0.1:1/ada/engine.git';
    const away = await caught(checkOut({ source, sha, directory: `${directory}-b` }));
    expect(away.code).to.equal('upstream-unreachable');
  });
});
