import { expect } from 'chai';
import { gitEnvironment } from '#lib/git/git-environment.js';
import { redactCredentials } from '#lib/git/redact-credentials.js';
import { runGit, tryGit } from '#lib/git/run-git.js';
import { caught } from '../../support/caught.js';
import { createUpstream, type Upstream } from '../../support/git-upstream.js';

describe('runGit', () => {
  let upstream: Upstream;
  before(async () => {
    upstream = await createUpstream({ files: { a: 'a' } });
  });
  after(() => upstream.remove());

  it('answers the output as it is', async () => {
    const output = await runGit(['cat-file', 'blob', 'main:a'], { gitDir: upstream.path });
    expect(output.toString()).to.equal('a');
  });

  it('throws the code it is given, with what git said', async () => {
    const error = await caught(runGit(['cat-file', 'blob', 'main:b'], { gitDir: upstream.path }, 'commit-unknown'));
    expect(error.code).to.equal('commit-unknown');
    expect(error.message).to.match(/^git cat-file: .*path 'b' does not exist/);
  });

  it('says that there is no git', async () => {
    const error = await caught(runGit(['version'], { env: { PATH: '/nonexistent' } }));
    expect(error.code).to.equal('program-missing');
  });

  it('is not led astray by the environment it was started in', async () => {
    const env = {
      ...process.env,
      GIT_DIR: '/nonexistent',
      GIT_WORK_TREE: '/nonexistent',
      GIT_INDEX_FILE: '/nonexistent',
    };
    const answer = await tryGit(['rev-parse', 'main'], { gitDir: upstream.path, env });
    expect(answer).to.include({ ok: true });
  });

  it('uses no transport that the call does not name', async () => {
    const answer = await tryGit(['ls-remote', '--', upstream.path]);
    expect(answer).to.include({ ok: false, why: 'failed' });
    const allowed = await tryGit(['ls-remote', '--', upstream.path], { protocols: ['file'] });
    expect(allowed.ok).to.equal(true);
  });

  it('ends a process that takes too long', async () => {
    // Waits for input that never comes to an end.
    const answer = await tryGit(['-c', 'alias.wait=!exec tail -f /dev/null', 'wait'], { timeoutMs: 50 });
    expect(answer).to.deep.equal({ ok: false, why: 'timeout', problem: 'no answer within 0.05 s' });
  });

  it('ends a process that says too much', async () => {
    const answer = await tryGit(['cat-file', '-p', 'main^{tree}'], { gitDir: upstream.path, maxBytes: 10 });
    expect(answer).to.include({ ok: false, why: 'output' });
  });
});

describe('gitEnvironment', () => {
  const env = {
    HOME: '/home/ada',
    GIT_DIR: '/x',
    GIT_SSH_COMMAND: 'ssh -i key',
    GIT_CONFIG_GLOBAL: '/home/ada/gitconfig',
    GIT_TRACE: '1',
    LANGUAGE: 'de',
    LC_ALL: 'de_DE.UTF-8',
  };

  it('keeps what leads to the forge, and nothing that leads to another repository', () => {
    expect(gitEnvironment(env, 'user')).to.deep.equal({
      HOME: '/home/ada',
      GIT_SSH_COMMAND: 'ssh -i key',
      GIT_CONFIG_GLOBAL: '/home/ada/gitconfig',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      SSH_ASKPASS: 'false',
      SSH_ASKPASS_REQUIRE: 'force',
      LC_ALL: 'C',
    });
  });

  it('leaves the configuration of user and machine out where it must not matter', () => {
    const none = gitEnvironment(env, 'none');
    expect(none).to.include({ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
    expect(none).not.to.have.property('GIT_SSH_COMMAND');
  });
});

describe('redactCredentials', () => {
  it('takes credentials out of every URL of a text', () => {
    const text = "fatal: unable to access 'https://ada:hunter2@example.com/a': and https://token@example.com/b";
    expect(redactCredentials(text)).to.equal(
      "fatal: unable to access 'https://***@example.com/a': and https://***@example.com/b",
    );
  });

  it('leaves other text alone', () => {
    const text = "fatal: 'git@example.com:a' https://example.com/@scope ada@example.com";
    expect(redactCredentials(text)).to.equal(text);
  });
});
