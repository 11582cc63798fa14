import { expect } from 'chai';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { ALL_PROGRAMS, findMissingPrograms, findRustup, installPrograms } from '../../../cli/bootstrap/programs.mjs';
import { useTempTree } from './temp-tree.js';

const TOOLS = ['sh', 'rm', 'chmod', 'cat', 'touch'];

describe('bootstrap: programs', () => {
  const tree = useTempTree();
  const env = () => ({ PATH: tree.path('bin'), HERE: tree.path() });
  const place = (isRoot = true) => ({ env: env(), isRoot, policy: tree.path('policy-rc.d') });
  const calls = () =>
    existsSync(tree.path('calls')) ? readFileSync(tree.path('calls'), 'utf8').trim().split('\n') : [];
  const fake = (name: string, script: string) => tree.write(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
  const install = 'for p in "$@"; do :; done; touch "$HERE/bin/$p"; chmod 755 "$HERE/bin/$p"';

  beforeEach(() => {
    tree.write('bin/readme', '');
    for (const tool of TOOLS) symlinkSync(`/bin/${tool}`, tree.path(`bin/${tool}`));
  });

  const failure = async (work: Promise<void>) => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(Error).with.property('exitCode', 3);
    return error instanceof Error ? error.message : '';
  };

  it('misses what is not an executable file on PATH', () => {
    fake('git', '');
    fake('flock', '');
    tree.write('bin/cargo', '', 0o644);
    expect(findMissingPrograms(ALL_PROGRAMS, env())).to.deep.equal(['redis-server', 'cargo']);
  });

  it('finds cargo where rustup puts it, and lets our children find it', () => {
    tree.write('home/bin/cargo', '', 0o755);
    const found: NodeJS.ProcessEnv = { ...env(), CARGO_HOME: tree.path('home') };
    findRustup(found);
    expect(found['PATH']).to.equal(`${tree.path('bin')}:${tree.path('home/bin')}`);
    expect(findMissingPrograms(['cargo'], found)).to.deep.equal([]);
  });

  it('installs as root, with services forbidden meanwhile and only then', async () => {
    fake(
      'apt-get',
      `echo "$@ [$DEBIAN_FRONTEND]" >>"$HERE/calls"; cat "$HERE/policy-rc.d" >>"$HERE/calls"; ${install}`,
    );
    await installPrograms(['cargo'], place());
    expect(calls()).to.deep.equal([
      'install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 cargo [noninteractive]',
      '#!/bin/sh',
      'exit 101',
    ]);
    expect(existsSync(tree.path('policy-rc.d'))).to.equal(false);
  });

  it('leaves a policy alone that was there before', async () => {
    tree.write('policy-rc.d', 'mine');
    fake('apt-get', install);
    await installPrograms(['redis-server'], place());
    expect(readFileSync(tree.path('policy-rc.d'), 'utf8')).to.equal('mine');
  });

  it('fetches the lists once when a package is not known, and tries again', async () => {
    fake(
      'apt-get',
      `echo "$1" >>"$HERE/calls"; case $1 in update) touch "$HERE/lists";; *) [ -e "$HERE/lists" ] || exit 100; ${install};; esac`,
    );
    await installPrograms(['git'], place());
    expect(calls()).to.deep.equal(['install', 'update', 'install']);
  });

  it('says what apt-get said and what to type when it fails, and forbids services no more', async () => {
    fake('apt-get', 'echo "E: no network" >&2; exit 100');
    const message = await failure(installPrograms(['redis-server', 'flock'], place()));
    expect(message).to.include('E: no network\n').and.to.include('sudo apt-get install redis-server util-linux"');
    expect(existsSync(tree.path('policy-rc.d'))).to.equal(false);
  });

  it('does not believe an apt-get that installed nothing', async () => {
    fake('apt-get', '');
    expect(await failure(installPrograms(['cargo'], place()))).to.include('still not on PATH');
  });

  it('goes through sudo without a password when it is not root', async () => {
    fake('sudo', 'echo "sudo $1 $2" >>"$HERE/calls"; shift; exec "$@"');
    fake('apt-get', `echo "$1" >>"$HERE/calls"; ${install}`);
    await installPrograms(['cargo'], place(false));
    expect(calls()).to.deep.equal(['sudo -n sh', 'sudo -n sh', 'install']);
  });

  it('installs nothing when sudo asks for a password, or there is none, or no apt-get', async () => {
    fake('apt-get', 'echo called >>"$HERE/calls"');
    expect(await failure(installPrograms(['cargo'], place(false)))).to.include(
      'sudo is not there or asks for a password',
    );
    fake('sudo', 'echo "sudo: a password is required" >&2; exit 1');
    expect(await failure(installPrograms(['cargo'], place(false)))).to.include(
      'type "sudo apt-get update && sudo apt-get install cargo"',
    );
    expect(calls()).to.deep.equal([]);
    tree.write('bin/apt-get', '', 0o644);
  });

  it('stops in one line where there is no apt-get', async () => {
    const message = await failure(installPrograms(['cargo', 'git'], place()));
    expect(message).to.match(
      /^this needs cargo, git, not found on PATH, and there is no apt-get here: .*then try again\.$/,
    );
  });
});
