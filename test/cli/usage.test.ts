import { expect } from 'chai';
import { createTestCli, type TestCli } from './start-cli.js';
import { type TestPlatform } from './test-platform.js';

describe('raibid usage', () => {
  let cli: TestCli;
  let platform: TestPlatform;
  beforeEach(async () => {
    cli = await createTestCli();
    ({ platform } = cli);
  });
  afterEach(() => platform.stop());
  const run = (...args: string[]) => cli.run(...args);

  it('is told in short when bare, in full when asked', async () => {
    expect(await run()).to.deep.include({ code: 0, err: '' });
    const { code, out } = await run('--help');
    expect([code, out]).to.satisfy(
      ([code, out]: [number, string]) => code === 0 && /Exit codes/.test(out) && /mirror/.test(out),
    );
    expect(await run('--version')).to.deep.equal({ code: 0, out: '1.2.3\n', err: '' });
  });

  const WRONG: readonly [string[], RegExp][] = [
    [['statsu'], /^raibid: unknown command 'statsu'\n {2}Did you mean status\?\n$/],
    [['jobs', 'lst'], /unknown command 'lst'\n {2}Did you mean list\?/],
    [['jobs', 'list', '--limt', '3'], /unknown option '--limt'\n {2}Did you mean --limit\?/],
    [['jobs', 'list', '--limit', '0'], /whole number, 1 to 10000/],
    [['logs'], /missing required argument 'job'/],
    [['logs', 'abc'], /"abc" is no job id\n/],
    [['status', '--watch', '--json'], /exclude each other/],
    [['why', 'xyz'], /"xyz" is no commit id/],
    [['why', 'abcdef1'], /no recent job has a commit that starts with abcdef1\n {2}Give the full/],
    [['jobs', 'run', 'a/b', '--env', 'X'], /--env "X" is not NAME=VALUE/],
    [['mirror', 'add', 'https://example.com/'], /no owner\/repo can be told/],
    [['mirror', 'sync', '../x'], /must be owner\/repo/],
    [['control', 'capacity', 'many'], /"many" is no capacity/],
    [['dead', 'list', 'nothing'], /is no function\n {2}It is one of enqueue/],
    [['token', 'create', 'me', '--scope', 'all'], /Allowed choices are read, write, admin/],
  ];
  for (const [args, expected] of WRONG) {
    it(`is wrong: ${args.join(' ')}`, async () => {
      const { code, out, err } = await run(...args);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(expected);
    });
  }

  it('asks for --yes where nobody can be asked, and does nothing', async () => {
    const calls = platform.calls.length;
    for (const args of [
      ['mirror', 'remove', 'a/b'],
      ['dead', 'drop', 'enqueue', '1-1'],
      ['token', 'remove', 'me'],
    ]) {
      const { code, err } = await run(...args);
      expect(code).to.equal(2);
      expect(err).to.include('--yes');
    }
    expect(platform.calls.length).to.equal(calls);
  });
});
