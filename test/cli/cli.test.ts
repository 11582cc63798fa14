import { expect } from 'chai';
import { NOW, sampleId, sampleJob, sampleMirror, sampleSummary } from './sample-views.js';
import { createTestCli, type TestCli } from './start-cli.js';
import { openEvents, sendJson, sendProblem, type TestPlatform } from './test-platform.js';
import { createTestTerminal, type TestTerminal } from './test-terminal.js';

const STATUS = '/function/status';

describe('raibid', () => {
  let cli: TestCli;
  let platform: TestPlatform;
  beforeEach(async () => {
    cli = await createTestCli();
    ({ platform } = cli);
  });
  afterEach(() => platform.stop());
  const run = (...args: string[]) => cli.run(...args);
  const start = (args: readonly string[], test?: TestTerminal) => cli.start(args, test);
  const lastCall = () => platform.calls.at(-1);

  it('tells failures with a hint and the exit code of their kind', async () => {
    platform.on(`GET ${STATUS}/summary`, (_call, res) =>
      sendProblem(res, 401, { code: 'unauthorized', detail: 'no', hint: 'Do this.' }),
    );
    expect(await run('status')).to.deep.include({ code: 3, err: 'raibid: no\n  Do this.\n' });
    platform.on(`POST /function/dispatch/jobs/${sampleId(2)}/cancel`, (_call, res) =>
      sendProblem(res, 409, { code: 'job-terminal', detail: 'over' }),
    );
    expect((await run('jobs', 'cancel', sampleId(2))).code).to.equal(1);
    const { code, err } = await run('status', '--data', '/nowhere/at/all');
    expect(code).to.equal(4);
    expect(err).to.match(/no platform runs on \/nowhere\/at\/all\n {2}Start it with raibid up/);
  });

  it('status: a picture on a terminal, kinds of lines in a pipe, JSON', async () => {
    const { code, out } = start(['status'], createTestTerminal({ tty: true, width: 100 }));
    expect(await code).to.equal(0);
    expect(out()).to.include('1 running').and.to.include('REPO').and.to.include('mirrors');
    const piped = await run('status');
    expect(piped.out.split('\n').map((line) => line.split('\t')[0])).to.deep.equal([
      'job',
      'job',
      'agent',
      'mirror',
      '',
    ]);
    expect(piped.out)
      .to.include(sampleId(2))
      .and.not.to.match(/\u001b|…/);
    expect(JSON.parse((await run('status', '--json')).out)).to.have.all.keys('summary', 'jobs', 'agents', 'mirrors');
  });

  it('jobs list: passes filters on, pages, and writes whole values in a pipe', async () => {
    const pages = [{ jobs: [sampleJob(3), sampleJob(2)], nextCursor: '7' }, { jobs: [sampleJob(1)] }];
    platform.on(`GET ${STATUS}/jobs`, (_call, res) => sendJson(res, 200, pages.shift()));
    const { code, out } = await run(
      'jobs',
      'list',
      '--repo',
      'a/b',
      '--state',
      'queued,held',
      '--branch',
      'main',
      '--limit',
      '9',
    );
    expect(code).to.equal(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[1]),
    ).to.deep.equal([3, 2, 1].map(sampleId));
    expect(out.split('\t')).to.include(sampleJob(3).sha).and.to.include(sampleJob(3).createdAt);
    const { searchParams } = new URL(lastCall()?.path ?? '', platform.url);
    expect(Object.fromEntries(searchParams)).to.deep.equal({
      repo: 'a/b',
      state: 'queued,held',
      branch: 'main',
      limit: '7',
      cursor: '7',
    });
  });

  it('JOB: latest, an end, a beginning that fits several', async () => {
    platform.on(`GET ${STATUS}/jobs/${sampleId(2)}`, sampleJob(2));
    for (const name of ['latest', sampleId(2), '0002AB', '02ab']) {
      expect(JSON.parse((await run('jobs', 'show', name, '--json')).out).id, name).to.equal(sampleId(2));
    }
    const { code, err } = await run('jobs', 'show', sampleId(2).slice(0, 8));
    expect(code).to.equal(2);
    expect(err).to.include('could be any of 2 jobs: 0002AB, 0001AB');
    expect((await run('jobs', 'show', 'ZZZZ')).code).to.equal(1);
  });

  it('jobs run: sends what was given, prints the ids', async () => {
    platform.on('POST /function/enqueue/', { jobs: [{ id: sampleId(9), url: '/x' }] });
    const { code, out } = await run(
      'jobs',
      'run',
      'a/b',
      '--ref',
      'dev',
      '--env',
      'A=1',
      '--env',
      'B=x=y',
      '--priority',
      '-5',
    );
    expect([code, out]).to.deep.equal([0, `${sampleId(9)}\n`]);
    expect(lastCall()?.body).to.deep.equal({ repo: 'a/b', ref: 'dev', env: { A: '1', B: 'x=y' }, priority: -5 });
    expect(lastCall()?.headers['idempotency-key']).to.match(/^[0-9a-f-]{36}$/);
  });

  it('jobs run --watch: stays until the end, which is its exit code', async () => {
    platform.on('POST /function/enqueue/', { jobs: [{ id: sampleId(9), url: '/x' }] });
    for (const [state, exit] of [
      ['succeeded', 0],
      ['failed', 1],
    ] as const) {
      platform.on(`GET ${STATUS}/events`, (_call, res) => {
        const send = openEvents(res);
        send('snapshot', {
          jobs: [sampleJob(9), sampleJob(8, { state: 'failed' })],
          agents: [],
          mirrors: [],
          summary: sampleSummary(),
        });
        send('job', { job: sampleJob(8, { state: 'running' }) });
        send('job', { job: sampleJob(9, { state, attempt: 1, finishedAt: new Date(NOW).toISOString() }) });
      });
      const { code, out } = await run('jobs', 'run', 'a/b', '--watch');
      expect(code).to.equal(exit);
      expect(
        out
          .trim()
          .split('\n')
          .map((line) => line.split('\t').slice(1, 3)),
      ).to.deep.equal([
        [sampleId(9), 'queued'],
        [sampleId(9), state],
      ]);
    }
  });

  it('mirror add: says what to enter at GitHub, and keeps the secret', async () => {
    platform.on('PUT /function/mirror-sync/mirrors/octocat/hello-world', sampleMirror());
    const { code, out } = await run(
      'mirror',
      'add',
      'git@github.com:octocat/hello-world.git',
      '--tags',
      'v*',
      '--build',
    );
    expect(code).to.equal(0);
    expect(lastCall()?.body).to.deep.equal({
      upstream: 'git@github.com:octocat/hello-world.git',
      tags: ['v*'],
      build: true,
    });
    for (const text of [
      `${platform.url}/function/mirror-sync`,
      'application/json',
      `${platform.home}/secrets/webhook-secret`,
      'Pushes',
      'reachable from GitHub',
    ]) {
      expect(out).to.include(text);
    }
    expect(out).not.to.include('hush');
    expect((await run('mirror', 'add', 'https://github.com/octocat/hello-world', '--show-secret')).out).to.include(
      'hush',
    );
  });

  it('control and token: send what was meant', async () => {
    platform.on('POST /function/dispatch/control', { paused: true, draining: false, capacity: { rust: 4 } });
    expect((await run('control', 'pause')).out).to.equal('paused  rust=4\n');
    expect(lastCall()?.body).to.deep.equal({ pause: true });
    await run('control', 'capacity', '3', 'rust-untrusted=1');
    expect(lastCall()?.body).to.deep.equal({ capacity: { rust: 3, 'rust-untrusted': 1 } });
    platform.on('POST /function/dispatch/tokens', { name: 'me', scope: 'read', token: 'abc' });
    expect(await run('token', 'create', 'me', '--scope', 'read')).to.deep.include({ code: 0, out: 'abc\n' });
    platform.on('DELETE /function/dispatch/tokens/me', (_call, res) => res.writeHead(204).end());
    expect((await run('token', 'remove', 'me', '--yes')).code).to.equal(0);
  });

  it('dead: asks each function, newest facts whole', async () => {
    const entry = {
      id: '1-1',
      type: 'github.push',
      failedAt: new Date(NOW).toISOString(),
      tries: 8,
      why: 'answered 500',
      event: {},
    };
    for (const name of ['enqueue', 'dispatch', 'cache-warm', 'status'])
      platform.on(`GET /function/dispatch/dead/${name}`, { entries: [] });
    platform.on('GET /function/dispatch/dead/mirror-sync', { entries: [entry] });
    expect((await run('dead', 'list')).out).to.equal(
      `mirror-sync\t1-1\tgithub.push\t${entry.failedAt}\t8\tanswered 500\n`,
    );
  });

  it('why: prints the trail and the jobs', async () => {
    const job = sampleJob(2);
    platform.on(`GET ${STATUS}/why/${job.sha}`, {
      sha: job.sha,
      trail: [{ at: job.createdAt, code: 'delivered', text: 'by webhook' }],
      jobs: [job],
    });
    const { code, out } = await run('why', job.sha);
    expect(code).to.equal(0);
    expect(out).to.match(/^\S+\tdelivered\tby webhook\nqueued\t/);
  });
});
