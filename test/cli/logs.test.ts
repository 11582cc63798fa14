import { expect } from 'chai';
import { waitUntil } from '../support/wait-until.js';
import { sampleId, sampleJob } from './sample-views.js';
import { createTestCli, type TestCli } from './start-cli.js';
import { sendJson, type TestPlatform } from './test-platform.js';
import { type TestTerminal } from './test-terminal.js';

const STATUS = '/function/status';

describe('raibid logs', () => {
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

  const id = sampleId(5);
  const log = 'one\n\u001b[32mtwo\u001b[0m\n';

  it('prints bytes as they are', async () => {
    platform.on(`GET ${STATUS}/jobs/${id}/logs`, (_call, res) => res.end(log));
    expect(await run('logs', id, '--attempt', '2', '--step', '0')).to.deep.equal({ code: 0, out: log, err: '' });
    expect(lastCall()?.path).to.match(/\?attempt=2&step=0$/);
  });

  it('-f goes from attempt to attempt and tells the end on stderr', async () => {
    let attempt = 1;
    const view = () =>
      sampleJob(
        5,
        attempt === 1 ? { state: 'running', attempt } : { state: 'failed', attempt, reason: 'exit code 101' },
      );
    platform.on(`GET ${STATUS}/jobs/${id}`, (_call, res) => sendJson(res, 200, view()));
    platform.on(`GET ${STATUS}/jobs/${id}/logs`, (call, res) => {
      attempt = 2;
      res.end(call.path.includes('attempt=1') ? 'lost\n' : log);
    });
    const { code, out, err } = await run('logs', id, '-f');
    expect([code, out]).to.deep.equal([0, `lost\n${log}`]);
    expect(err).to.include('waiting for attempt 2').and.to.include(`job ${id} failed: exit code 101`);
  });

  it('-f ends with 130 when interrupted', async () => {
    platform.on(`GET ${STATUS}/jobs/${id}`, sampleJob(5, { state: 'running', attempt: 1 }));
    platform.on(`GET ${STATUS}/jobs/${id}/logs`, (_call, res) => void res.write('one\n'));
    const { code, out, interrupt } = start(['logs', id, '-f']);
    await waitUntil(() => out() === 'one\n');
    interrupt();
    expect(await code).to.equal(130);
  });
});
