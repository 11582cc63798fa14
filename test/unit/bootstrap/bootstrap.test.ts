import { expect } from 'chai';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { buildsCode } from '../../../cli/bootstrap/run-command.mjs';
import { useTempTree } from './temp-tree.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PARTS = [
  'cli/bootstrap.mjs',
  'cli/bootstrap',
  'cli/raibid.mjs',
  'package.json',
  'templates/typescript/bundle.mjs',
];
const MAIN = `
const [noun] = process.argv.slice(2);
if (noun === 'lazy') await import('./lazy.js');
if (noun === 'fail') process.exitCode = 7;
if (noun === 'wait') {
  process.on('SIGTERM', () => import('./lazy.js').then(() => process.exit(42)));
  setInterval(() => {}, 1000);
}
console.log(JSON.stringify(process.argv.slice(2)));
`;

describe('bootstrap', () => {
  const tree = useTempTree();

  beforeEach(() => {
    for (const part of PARTS) cpSync(join(ROOT, part), tree.path(part), { recursive: true });
    tree.write('package-lock.json', JSON.stringify({ packages: {} }));
    tree.write('cli/main.ts', MAIN);
    tree.write('cli/lazy.ts', "import { stdout } from 'node:process'; stdout.write('lazy ');");
    tree.write('functions/_agent/main.ts', "console.log('agent' as string);");
    mkdirSync(tree.path('node_modules'));
    for (const name of ['esbuild', '@esbuild'])
      symlinkSync(join(ROOT, 'node_modules', name), tree.path(`node_modules/${name}`));
    tree.write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
  });

  const start = (args: string[], env: NodeJS.ProcessEnv = process.env): ChildProcessWithoutNullStreams => {
    const child = spawn(process.execPath, args, { cwd: '/', env });
    child.stdin.end();
    return child;
  };
  const run = async (args: string[], env?: NodeJS.ProcessEnv) => {
    const child = start([tree.path('cli/bootstrap.mjs'), ...args], env);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { stdout, stderr, code: Number(code) };
  };

  it('builds, says so in one line, runs the CLI; the next time says and does nothing', async () => {
    expect(await run(['raibid', 'lazy', '--x', 'a b'])).to.deep.equal({
      stdout: 'lazy ["lazy","--x","a b"]\n',
      stderr: 'raibid: building (not built yet)\n',
      code: 0,
    });
    expect(await run(['raibid', 'status'])).to.deep.equal({ stdout: '["status"]\n', stderr: '', code: 0 });
    tree.write('cli/main.ts', 'console.log("changed");');
    expect(await run(['raibid'])).to.deep.equal({
      stdout: 'changed\n',
      stderr: 'raibid: building (sources changed)\n',
      code: 0,
    });
  });

  it('keeps the parts of a platform that still runs from before a build', async () => {
    await run(['build']);
    const before = start([tree.path('dist/cli/main.mjs'), 'wait']);
    const printed = text(before.stdout);
    await once(before.stdout, 'readable');
    tree.write('cli/lazy.ts', "console.log('new');");
    expect((await run(['raibid', 'lazy'])).stdout).to.equal('new\n["lazy"]\n');
    before.kill('SIGTERM');
    expect(await once(before, 'close')).to.deep.equal([42, null]);
    expect(await printed).to.equal('["wait"]\nlazy ');
  });

  it('builds once when two start at once', async () => {
    const runs = await Promise.all([run(['raibid', 'a']), run(['raibid', 'b'])]);
    expect(runs.map(({ stdout }) => stdout)).to.deep.equal(['["a"]\n', '["b"]\n']);
    expect(
      runs
        .map(({ stderr }) => stderr)
        .join('')
        .match(/building/g),
    ).to.have.length(1);
  });

  it('hands on exit codes and signals', async () => {
    expect((await run(['raibid', 'fail'])).code).to.equal(7);
    const child = start([tree.path('cli/bootstrap.mjs'), 'raibid', 'wait']);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).to.deep.equal([42, null]);
  });

  it('is the installed command too, called by a link', async () => {
    symlinkSync(tree.path('cli/raibid.mjs'), tree.path('raibid'));
    const child = start([tree.path('raibid'), 'jobs', 'list']);
    expect(await text(child.stdout)).to.equal('["jobs","list"]\n');
  });

  it('runs what was packed, where there is nothing to prepare', async () => {
    await run(['build']);
    for (const part of ['package-lock.json', 'node_modules', 'functions', 'templates'])
      rmSync(tree.path(part), { recursive: true });
    expect(await run(['raibid', 'status'])).to.deep.equal({ stdout: '["status"]\n', stderr: '', code: 0 });
  });

  it('wants programs only for what builds code, and stops in one line with exit code 3', async () => {
    mkdirSync(tree.path('bin'));
    const env = { PATH: tree.path('bin'), HOME: tree.path() };
    expect((await run(['raibid', 'status'], env)).code).to.equal(0);
    expect((await run(['raibid', 'up', '--help'], env)).code).to.equal(0);
    const { stderr, stdout, code } = await run(['raibid', 'up'], env);
    expect({ stdout, code }).to.deep.equal({ stdout: '', code: 3 });
    expect(stderr).to.match(
      /\nraibid: this needs redis-server, cargo, git, flock, .* apt-get install redis-server cargo git util-linux" .*\n$/,
    );
  });

  it('tells an old Node what is needed', async () => {
    tree.write('package.json', readFileSync(join(ROOT, 'package.json'), 'utf8').replace('>=20.19', '>=99.1'));
    const { stderr, code } = await run(['raibid']);
    expect(code).to.equal(3);
    expect(stderr).to.match(/^raibid needs Node 99\.1 or newer and this is \d+\.\d+\.\d+: .*\n$/);
  });

  it('shows what npm said when it fails', async () => {
    tree.write('package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
    tree.write('npm-cli.js', 'console.error("E404", ...process.argv.slice(2)); process.exitCode = 1;');
    const { stderr, code } = await run(['raibid'], { ...process.env, npm_execpath: tree.path('npm-cli.js') });
    expect(code).to.equal(1);
    expect(stderr).to.include('installing node modules with npm ci (package-lock.json asks for another a)\n');
    expect(stderr).to.match(/E404 ci --include=dev .*\nnpm ci failed: see above, then try again\.\n$/);
  });

  it('knows no other command', async () => {
    expect(await run(['tset'])).to.include({ code: 2, stdout: '' });
  });

  it('sees what builds code behind flags', () => {
    expect([['up'], ['--quiet', 'demo'], ['up', '--port', '1']].map(buildsCode)).to.deep.equal([true, true, true]);
    expect([[], ['--help'], ['demo', '-h'], ['status', 'up']].map(buildsCode)).to.deep.equal([
      false,
      false,
      false,
      false,
    ]);
  });
});
