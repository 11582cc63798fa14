import { expect } from 'chai';
import { waitUntil } from '../support/wait-until.js';
import { NOW, sampleJob, sampleSummary } from './sample-views.js';
import { createTestCli, type TestCli } from './start-cli.js';
import { openEvents, type TestPlatform } from './test-platform.js';
import { createTestTerminal, type TestTerminal } from './test-terminal.js';

const STATUS = '/function/status';

describe('raibid status --watch', () => {
  let cli: TestCli;
  let platform: TestPlatform;
  beforeEach(async () => {
    cli = await createTestCli();
    ({ platform } = cli);
  });
  afterEach(() => platform.stop());
  const start = (args: readonly string[], test?: TestTerminal) => cli.start(args, test);

  const job = sampleJob(2, { state: 'running', attempt: 1, startedAt: new Date(NOW - 5000).toISOString() });
  let send: ReturnType<typeof openEvents> | undefined;
  beforeEach(() => {
    send = undefined;
    platform.on(`GET ${STATUS}/events`, (_call, res) => {
      send = openEvents(res);
      send('snapshot', { jobs: [job, sampleJob(1)], agents: [], mirrors: [], summary: sampleSummary() }, '1-0');
    });
  });

  it('in a pipe writes a line per change, and no frames', async () => {
    const { code, out, interrupt } = start(['status', '--watch']);
    const emit = await waitUntil(() => send);
    emit('job', { job: { ...job, state: 'succeeded' } }, '1-1');
    await waitUntil(() => out().includes('succeeded'));
    interrupt();
    expect(await code).to.equal(130);
    expect(
      out()
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[2]),
    ).to.deep.equal(['queued', 'running', 'succeeded']);
    expect(out()).not.to.include('\u001b');
  });

  it('on a terminal shows changes, cancels, opens logs, and leaves the last table behind', async () => {
    platform.on(`GET ${STATUS}/jobs/${job.id}`, job);
    platform.on(`GET ${STATUS}/jobs/${job.id}/logs`, (_call, res) => void res.write('Compiling hello\n'));
    platform.on(`POST /function/dispatch/jobs/${job.id}/cancel`, { id: job.id, outcome: 'cancelling' });
    const test = createTestTerminal({ tty: true, width: 100, height: 20 });
    const { code, out, type } = start(['status', '--watch'], test);
    await waitUntil(() => out().includes('0002AB'));
    type('jl');
    await waitUntil(() => out().includes('Compiling hello'));
    type('q');
    await waitUntil(() => out().lastIndexOf('REPO') > out().lastIndexOf('Compiling hello'));
    type('c');
    await waitUntil(() => out().includes('cancel job 0002AB? y/n'));
    const cancels = () => platform.calls.filter(({ path }) => path.endsWith('/cancel')).length;
    expect(cancels(), 'not before y').to.equal(0);
    type('y');
    await waitUntil(() => out().includes('! cancelling'));
    expect(cancels()).to.equal(1);
    platform.dropConnections();
    await waitUntil(() => out().includes('connection lost'));
    type('q');
    expect(await code).to.equal(0);
    const left = out().slice(out().lastIndexOf('\u001b[?1049l'));
    expect(left).to.include('0002AB').and.to.include('running');
  });

  it('ends with 130 on ctrl-c', async () => {
    const { code, out, type } = start(['status', '--watch'], createTestTerminal({ tty: true }));
    await waitUntil(() => out().includes('0002AB'));
    type('\u0003');
    expect(await code).to.equal(130);
  });
});
